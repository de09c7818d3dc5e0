/// The version of Kubernetes by whose Pod Security Standards a Pod is judged.
package struct PodSecurityVersion: Sendable, Hashable {
    /// The number behind `v1.`; `nil` for `latest`.
    package let minor: Int?

    /// The version `v1.` and this number.
    package init(minor: Int) {
        self.minor = minor
    }

    private init() {
        minor = nil
    }

    /// Whatever the newest version asks for.
    package static let latest = Self()

    /// The newest version whose standards the program knows.
    ///
    /// Source: <https://github.com/kubernetes/pod-security-admission/tree/v0.37.0-alpha.2/policy>; only the sysctls changed since 1.36.
    package static let newestKnown = Self(minor: 37)

    /// Reads `latest` or `v1.N`, spelled as in a namespace's labels; `nil` for anything else.
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

    /// Whether the program knows no such version, so that it is judged as `latest`.
    package var isNewerThanKnown: Bool {
        minor != nil && self > .newestKnown
    }

    /// The number behind `v1.` of the known version by which Pods are judged.
    var effectiveMinor: Int {
        min(self, .newestKnown).minor ?? 0
    }
}

extension PodSecurityVersion: Comparable, CustomStringConvertible {
    /// `latest` is newer than any number.
    package static func < (first: Self, second: Self) -> Bool {
        (first.minor ?? .max) < (second.minor ?? .max)
    }

    /// As in a namespace's labels.
    package var description: String {
        minor.map { "v1.\($0)" } ?? "latest"
    }
}
