import PodScoring
import Testing

/// What the compiler of policies into CEL relies on; whether CEL and Swift agree is tested against an API server.
@Suite struct CELCheckTests {
    @Test(arguments: Ruleset.podscoreV1.entries.map(\.rule.id))
    func `Every rule has CEL or says why it cannot`(rule: String) throws {
        let entry = try #require(Ruleset.podscoreV1.entries.first { $0.rule.id == rule })
        let check = try #require(entry.cel, "write `static let cel` beside the check in Swift")
        #expect(check.parts.isEmpty == (check.impossibility != nil))
        #expect(check.impossibility.map { $0.hasSuffix(".") } ?? true)
    }

    @Test func `Only rules about other objects than Pods have none`() {
        let without = Ruleset.podscoreV1.entries.filter { $0.cel?.impossibility != nil }
        #expect(without.map(\.rule.id) == ["BindingsToSystemAnonymous"])
        #expect(without.allSatisfy { $0.kinds.isDisjoint(with: .everyPodKind) })
    }

    @Test func `Every check of a standard has CEL from v1.19 on`() {
        for level in [PodSecurityLevel.baseline, .restricted] {
            for minor in 19...40 {
                let standard = PodSecurityStandard(level, PodSecurityVersion(minor: minor))
                #expect(!standard.celChecks.isEmpty)
                for (check, cel) in standard.celChecks {
                    #expect(!cel.parts.isEmpty && cel.impossibility == nil, "\(check.name) of v1.\(minor)")
                }
            }
        }
    }

    @Test func `A standard before v1.19 says why it has no CEL`() {
        let old = PodSecurityStandard(.baseline, PodSecurityVersion(minor: 18))
        let reason = "Standards before v1.19 read seccomp annotations, which current API servers no longer store."
        #expect(old.celChecks.compactMap { $0.cel.impossibility } == [reason])
    }

    /// New ephemeral containers are judged without the rest of their Pod, so a rule that counts there must go over containers.
    @Test(arguments: Ruleset.podscoreV1.entries.map(\.rule.id))
    func `A rule goes over what its scope says`(rule: String) throws {
        let entry = try #require(Ruleset.podscoreV1.entries.first { $0.rule.id == rule })
        let ranges: [CELCheck.Range] =
            switch entry.rule.scope {
            case .container: [.containers, .podAndContainers, .longRunningContainers]
            case .pod: [.pod, .hostPathVolumes, .volumes]
            case .object: [.volumeClaims]
            }
        #expect(entry.cel?.parts.allSatisfy { ranges.contains($0.range) } == true)
    }

    @Test func `A condition reads only terms of its range`() {
        let standards = [PodSecurityLevel.baseline, .restricted].flatMap { level in
            (19...40).flatMap { PodSecurityStandard(level, PodSecurityVersion(minor: $0)).celChecks.map(\.cel) }
        }
        for part in (Ruleset.podscoreV1.entries.compactMap(\.cel) + standards).flatMap(\.parts) {
            let elements = part.condition.terms.subtracting([.template, .spec, .podSecurityContext, .isWindows, .isTemplate, .safeSysctls])
            #expect(elements.isSubset(of: Self.terms(of: part.range)), "\(part)")
        }
    }

    private static func terms(of range: CELCheck.Range) -> Set<CELTerm> {
        switch range {
        case .pod: []
        case .containers:
            [.container, .securityContext, .place, .addedCapabilities, .droppedCapabilities, .seccompType, .appArmorType]
        case .podAndContainers: [.securityContext, .place]
        case .longRunningContainers, .volumes, .volumeClaims: [.item]
        case .hostPathVolumes: [.hostPath]
        }
    }
}

/// The texts of CEL.
@Suite struct CELTextTests {
    @Test(arguments: [
        ("a", "'a'"), ("", "''"), ("it's", #"'it\'s'"#), (#"a\b"#, #"'a\\b'"#), ("\"", "'\"'"), ("a\nb", #"'a\U0000000ab'"#),
        ("é", #"'\U000000e9'"#), ("😀", #"'\U0001f600'"#), ("\u{7F}", #"'\U0000007f'"#),
    ])
    func `A literal is one line of ASCII`(text: String, literal: String) {
        #expect(CELText.literal(text) == literal)
    }

    @Test func `A list quotes its texts`() {
        #expect(CELText.list([]) == "[]")
        #expect(CELText.list(["a", "b'c"]) == #"['a','b\'c']"#)
    }

    @Test func `An expression knows the terms in it`() {
        let inner: CELExpression = "\(.securityContext).?privileged"
        let outer: CELExpression = "!\(.isWindows)&&\(inner).orValue(\(literal: "it's"))==\(list: ["a"])"
        #expect(outer.text == #"!w&&c.s.?privileged.orValue('it\'s')==['a']"#)
        #expect(outer.terms == [.isWindows, .securityContext])
    }
}
