extension OtherWorkload {
    /// Why a text does not describe a kind with a Pod template.
    package enum Problem: Error, Sendable, Equatable {
        /// The text does not have the form `GROUP/Kind=.path`.
        case malformed(String)
        /// The group is not a DNS name.
        case group(String)
        /// The kind is not a name of letters and digits.
        case kind(String)
        /// The path is not keys with a period before each.
        case path(String)
        /// Kubernetes' own kinds have their templates where they have them.
        case builtIn(String)
        /// The kind occurs twice.
        case repeated(String)
    }

    /// The most keys of a path; reading takes a call for each.
    static let stepLimit = 16

    /// Parses `GROUP/Kind=.path`, such as `example.com/Worker=.spec.template`; the core group is an empty text.
    package init(parsing text: String) throws(Problem) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let names = (sides.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
        guard sides.count == 2, names.count == 2 else { throw .malformed(text) }
        let (group, kind, path) = (String(names[0]), String(names[1]), sides[1])
        guard group.utf8.allSatisfy({ $0.isLowercaseOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }) else {
            throw .group(group)
        }
        guard kind.utf8.first?.isLetter ?? false, kind.utf8.allSatisfy({ $0.isLetter || $0.isLowercaseOrDigit }) else { throw .kind(kind) }
        let steps = path.split(separator: ".", omittingEmptySubsequences: false)
        guard steps.first == "", 2...Self.stepLimit + 1 ~= steps.count, steps.dropFirst().allSatisfy(Self.isKey) else {
            throw .path(String(path))
        }
        guard WorkloadKind(group: group, kind: kind) == nil else { throw .builtIn("\(group)/\(kind)") }
        self.init(group, kind, steps: steps.dropFirst().map { String($0) })
    }

    /// Whether a text is a key as API objects have them.
    private static func isKey(_ step: Substring) -> Bool {
        !step.isEmpty
            && step.utf8.allSatisfy { $0.isLetter || $0.isLowercaseOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    /// Throws if a kind occurs twice.
    package static func checkUnique(_ workloads: [Self]) throws(Problem) {
        for (index, workload) in workloads.enumerated() {
            guard !workloads[..<index].contains(where: { $0.isNamed(workload.kind, group: workload.group) }) else {
                throw .repeated("\(workload.group)/\(workload.kind)")
            }
        }
    }
}

extension OtherWorkload: CustomStringConvertible {
    /// The kind and the path, as they are parsed.
    package var description: String { "\(group)/\(kind)=.\(templatePath)" }
}

extension OtherWorkload.Problem: CustomStringConvertible {
    /// One line that says what to write instead.
    package var description: String {
        switch self {
        case .malformed(let text): "\"\(text)\" does not have the form GROUP/Kind=.path, such as example.com/Worker=.spec.template"
        case .group(let group): "\"\(group)\" is not an API group; write it without the version, such as example.com"
        case .kind(let kind): "\"\(kind)\" is not a kind, such as Worker"
        case .path(let path):
            "\"\(path)\" is not the path of a Pod template; write up to \(OtherWorkload.stepLimit) keys, such as .spec.template"
        case .builtIn(let name): "\(name) is built in"
        case .repeated(let name): "\(name) is given twice"
        }
    }
}

extension UInt8 {
    /// Whether the byte is a lowercase letter or a digit in ASCII.
    fileprivate var isLowercaseOrDigit: Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= self || UInt8(ascii: "0")...UInt8(ascii: "9") ~= self
    }

    /// Whether the byte is a letter in ASCII.
    fileprivate var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 }
}
