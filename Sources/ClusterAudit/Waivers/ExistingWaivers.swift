package import AdmissionPolicy
package import KubernetesAPI

/// Waivers for what runs and violates the policies, so that they can be enforced for all other images.
///
/// There is one for each owner. It lets the same Pods be made again until a day, and covers no other image. It leaves out what only weaker
/// levels demand: these deny nothing.
package struct ExistingWaivers: Sendable {
    /// An owner whose Pods no waiver admits.
    package struct Unwaivable: Sendable, Equatable {
        /// The owner.
        package let owner: OwnerIdentity
        /// Why no waiver helps: one line.
        package let reason: String

        /// An owner for which there is no waiver.
        package init(owner: OwnerIdentity, reason: String) {
            self.owner = owner
            self.reason = reason
        }
    }

    /// The waivers, in the order of their owners.
    package private(set) var waivers: [ScoreWaiver] = []
    /// The owners that violate a policy and get no waiver.
    package private(set) var unwaivable: [Unwaivable] = []

    /// Writes the waivers for the owners of an audit by the same policies.
    ///
    /// - Parameters:
    ///   - owners: The owners of what runs, sorted.
    ///   - decider: The policies, and the day.
    ///   - owner: The person or team that is responsible for the waivers.
    ///   - expires: Their last day, in UTC.
    package init(for owners: [AuditedOwner], decidedBy decider: AuditDecider, owner: String, expires: CivilDate) {
        var names = WaiverNames()
        for audited in owners {
            let draft = OwnerWaiver(named: names.name(for: audited.identity), owner: owner, expires: expires, decider: decider)
            switch draft.result(for: audited) {
            case .unneeded: break
            case .waiver(let waiver): waivers.append(waiver)
            case .unwaivable(let reason): unwaivable.append(Unwaivable(owner: audited.identity, reason: reason))
            }
        }
    }

    /// The waivers as YAML documents, for a file of policies and for `kubectl apply`.
    package var yaml: [UInt8] {
        guard !waivers.isEmpty else {
            let line = unwaivable.isEmpty ? "# No waiver is needed.\n" : "# No waiver helps; see the messages of the command.\n"
            return Array(line.utf8)
        }
        return Array(waivers.map(\.document).joined(separator: Array("---\n".utf8)))
    }
}

/// Names waivers after the owners, so that the same owner gets the same name each time.
struct WaiverNames {
    /// The longest name, and what its end needs: a hyphen and eight digits.
    private static let (byteLimit, endLength) = (NameForm.label.lengthLimit, 9)

    private var taken: Set<String> = []

    /// Returns the name of the waiver for an owner: `existing-`, its Namespace, kind and name as far as they fit, and a digest of all of them.
    mutating func name(for owner: OwnerIdentity) -> String {
        let words = ["existing", owner.namespace ?? "", owner.kind, owner.name].map(Self.word)
        let beginning = Self.trimmed(words.filter { !$0.isEmpty }.joined(separator: "-").utf8.prefix(Self.byteLimit - Self.endLength))
        var digest = FNV1a()
        for part in [owner.namespace ?? "", owner.group, owner.kind, owner.name] {
            digest.combine(part.utf8)
            digest.combine(0)
        }
        while true {
            let name = "\(beginning)-\(digest.value.hexDigits.suffix(8))"
            if taken.insert(name).inserted { return name }
            digest.combine(0)
        }
    }

    /// The letters and digits of a text in lower case, with hyphens for everything else.
    private static func word(_ text: String) -> String {
        let bytes = text.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            default: UInt8(ascii: "-")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text without hyphens at its end.
    private static func trimmed(_ bytes: some BidirectionalCollection<UInt8>) -> String {
        let last = bytes.lastIndex { $0 != UInt8(ascii: "-") }
        return last.map { String(decoding: bytes[...$0], as: UTF8.self) } ?? ""
    }
}
