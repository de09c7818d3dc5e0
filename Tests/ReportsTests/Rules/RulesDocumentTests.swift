import Foundation
import PodScoring
import Testing

@testable import Reports

/// docs/rules.md and `podscore rules`.
@Suite struct RulesDocumentTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test func `docs/rules.md is up to date; run make docs`() throws {
        let file = Self.repository.appending(path: "docs/rules.md")
        let written = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let expected = RulesDocument.text
        let (old, new) = (written.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
        let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }
        #expect(
            written == expected,
            "run make docs; docs/rules.md has \(old.count) of \(new.count) lines, first difference: \(line.map { "line \($0.offset + 1), \($0.element.0)" } ?? "at the end")"
        )
    }

    @Test(arguments: RuleCatalog.builtIn.map(\.id))
    func `The documentation and podscore rules say the same about a rule`(id: String) throws {
        let rule = try #require(RuleCatalog.rule(named: id))
        let section = RulesDocument.section(of: rule)
        let page = RuleText.page(of: rule)
        #expect(section.hasPrefix("### \(id)\n") && page.hasPrefix("\(id)\n"))
        #expect(RulesDocument.text.contains(section))
        let facts =
            [rule.reason, rule.fix, rule.selector] + rule.references + RuleFacts.sentences(of: rule) + [rule.blindSpot ?? ""]
            + rule.adjustments
        for fact in facts where !fact.isEmpty {
            #expect(section.contains(fact) && page.contains(fact), "\(fact)")
        }
        #expect(section.contains("```yaml\n\(rule.example)\n```"))
        #expect(page.contains(rule.example.components(separatedBy: "\n").map { "    " + $0 }.joined(separator: "\n")))
        for entry in Ruleset.all.flatMap(\.entries) where entry.rule.id == id {
            #expect(section.contains(" \(RuleFacts.signed(entry.points)) |") && page.contains("\(RuleFacts.signed(entry.points)) under"))
        }
    }

    @Test(arguments: [
        ("PrivilegeEscalationDisabled", "Points are earned if every container complies."),
        ("RunAsNonRoot", "Points are earned if every container complies (kubesec/*: any one container)."),
        ("HostUsers", "Points are earned if the Pod complies."),
        ("VolumeClaimRequestsStorage", "Points are earned if the object complies."),
        ("Privileged", "Points are deducted if any container violates it."),
        ("HostPID", "Points are deducted if the Pod violates it."),
        ("BindingsToSystemAnonymous", "Points are deducted if the object violates it."),
        ("HostPathVolume", "This also satisfies ProcMount and DockerSock."),
        ("CapDropAll", "This also satisfies CapDropAny."),
        ("HostUsers", "Not applied to Windows Pods under podscore/*, because Windows forbids the field."),
        ("HostUsers", "The fix is of class node: check that all nodes support user namespaces."),
        ("ApparmorAny", "The fix is of class node: check that all nodes support AppArmor."),
        ("SeccompAny", "The fix is of class manifest: programs do not notice it, so it can be pasted unchanged."),
        ("CapDropAll", "The fix is of class application: check that the program can do without what it takes away."),
        ("RunAsUser", "The fix is of class image: check that the image fits."),
        ("RequestsCPU", "The fix is of class value: replace the YOUR-… placeholder."),
        ("CapDropAny", "The class is manifest where the container already drops ALL."),
    ])
    func `A rule says when its points count, what it also satisfies and how to apply its fix`(id: String, sentence: String) throws {
        #expect(RuleFacts.sentences(of: try #require(RuleCatalog.rule(named: id))).contains(sentence))
    }

    @Test func `The documentation lists the limitations of a scan before the rules`() throws {
        let head = try #require(RulesDocument.text.components(separatedBy: "## The rules").first)
        let section = try #require(head.components(separatedBy: "## Limitations of a scan").last)
        for word in ["LimitRange", "service account", "Injected containers", "PersistentVolumeClaim"] {
            #expect(section.contains(word))
        }
    }
}
