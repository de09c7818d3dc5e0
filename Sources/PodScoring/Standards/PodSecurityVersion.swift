/// A Kubernetes version of the Pod Security Standards.
package struct PodSecurityVersion: Sendable, Hashable {
    /// The number after `v1.`; `nil` for `latest`.
    package let minor: Int?

    /// Creates a version from the number after `v1.`.
    package init(minor: Int) {
        self.minor = minor
    }

    private init() {
        minor = nil
    }

    /// The newest version.
    package static let latest = Self()

    /// The newest version whose standards the program knows.
    ///
    /// Source: <https://github.com/kubernetes/pod-security-admission/tree/v0.37.0-alpha.2/policy>; only the sysctls changed since 1.36.
    package static let newestKnown = Self(minor: 37)

    /// Reads `latest` or `v1.N`, as in the labels of a Namespace; `nil` for anything else.
    ///
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/api/helpers.go>, `ParseVersion`
    package init?(parsing text: some StringProtocol) {
        let prefix = "v1."
        if text.utf8.elementsEqual("latest".utf8) {
            self = .latest
            return
        }
        guard text.utf8.starts(with: prefix.utf8) else { return nil }
        let digits = text.utf8.dropFirst(prefix.utf8.count)
        guard digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        guard digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        guard let minor = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        self.minor = minor
    }

    /// Whether the version is newer than the known ones and is treated as `latest`.
    package var isNewerThanKnown: Bool {
        minor != nil && self > .newestKnown
    }

    /// The number after `v1.` of the known version that applies.
    var effectiveMinor: Int {
        min(self, .newestKnown).minor ?? 0
    }
}

extension PodSecurityVersion: Comparable, CustomStringConvertible {
    /// `latest` is newer than any number.
    package static func < (first: Self, second: Self) -> Bool {
        (first.minor ?? .max) < (second.minor ?? .max)
    }

    /// The text as in the labels of a Namespace.
    package var description: String {
        minor.map { "v1.\($0)" } ?? "latest"
    }
}
