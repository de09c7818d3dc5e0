import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Testing

@testable import ClusterController

/// The content of the status of policies and waivers.
struct PolicyFindingsTests {
    private typealias Fixture = StatusFixture

    @Test func `Policies and waivers that are in force`() {
        let findings = Fixture.findings([Fixture.policy("a", #""x""#), Fixture.waiver("w")])
        #expect(findings.map(\.ready) == ["true InForce", "true InForce"])
        #expect(findings.map { $0["Ready"]?.message } == ["in force", "in force"])
        #expect(findings.map { $0["Stalled"]?.isMet } == [false, false])
        #expect(findings.map { $0.conditions.map(\.type) } == [["Ready", "Stalled"], ["Ready", "Stalled", "Expired"]])
    }

    @Test(arguments: [
        (
            #"{"match":{"namespaces":["x"]},"enforce":{"minimumScore":"9"}}"#, "false Invalid",
            "spec.enforce.minimumScore: minimumScore must"
        ),
        (#"{"match":{"namespaces":["x"]}}"#, "false Invalid", "spec: the policy has no level"),
        (
            #"{"match":{"namespaces":["x"]},"enforce":{"minimumScore":9,"minimumScor":9}}"#, "false UnknownFields",
            #"spec.enforce.minimumScor: unknown field "minimumScor" in enforce; did you mean minimumScore?"#
        ),
    ])
    func `An invalid policy: its errors with their fields`(spec: String, ready: String, beginning: String) throws {
        let findings = try #require(Fixture.findings([Fixture.object("a", spec)], namespaces: Fixture.directory(["x"])).first)
        #expect(findings.ready == ready)
        #expect(findings["Stalled"]?.isMet == true)
        #expect(findings["Ready"]?.message.hasPrefix(beginning) == true)
        #expect(findings.namespaces == nil)
    }

    @Test(arguments: [
        (1, "No version of the object is in force."), (2, "If an earlier version was valid, it stays in force on each server"),
    ])
    func `An invalid policy: its status says what may be in force`(generation: Int64, expected: String) {
        let object = Fixture.object("a", #"{"match":{"namespaces":["x"]}}"#, generation: generation)
        let line = Fixture.findings([object]).first?["Ready"]?.message.split(separator: "\n").last ?? ""
        #expect(line.hasPrefix(expected))
    }

    @Test func `Unknown fields: the status says what to do`() {
        let object = Fixture.object("a", #"{"match":{"namespaces":["x"]},"enforce":{"minimumScore":9,"new":9}}"#)
        let lines = Fixture.findings([object]).first?["Ready"]?.message.split(separator: "\n") ?? []
        #expect(lines.count == 3)
        #expect(lines[1] == "This version of Podscore does not know these fields; upgrade it or remove them.")
    }

    @Test func `An invalid waiver: nobody knows whether it has expired`() throws {
        let findings = try #require(Fixture.findings([Fixture.object("w", #"{"match":{"namespaces":["x"]}}"#, kind: .waiver)]).first)
        #expect(findings.ready == "false Invalid")
        let expired = try #require(findings["Expired"])
        #expect(expired.isMet == nil)
    }

    @Test func `Two policies with one pattern: the younger one is not in force, and its status names the other`() {
        let objects = [Fixture.policy("young", #""x""#, created: 20), Fixture.policy("old", #""x""#, created: 11)]
        let findings = Fixture.findings(objects)
        #expect(findings.map(\.ready) == ["false Conflict", "true InForce"])
        #expect(findings[0]["Ready"]?.message.hasPrefix(#"not in force: policy old of the cluster also lists "x", and the older"#) == true)
        #expect(findings[0]["Stalled"]?.isMet == true)
    }

    @Test func `The order of the objects makes no difference`() {
        let objects = [
            Fixture.policy("b", #""x""#), Fixture.policy("a", #""x""#), Fixture.waiver("w"), Fixture.policy("c", #""y""#, created: 11),
        ]
        let directory = Fixture.directory(["x", "y", "z"])
        let findings = Fixture.findings(objects, namespaces: directory)
        #expect(Fixture.findings(objects.reversed(), namespaces: directory) == findings.reversed())
        #expect(findings.map(\.ready) == ["false Conflict", "true InForce", "true InForce", "true InForce"])
    }

    @Test func `A file wins, and the status says so`() {
        var warn = ScorePolicy.Level()
        warn.minimumScore = 1
        let file = ScorePolicy(name: "f", namespaces: [NamePattern("x")], ruleset: .podscoreV1, warn: warn)
        let files = PolicySet(policies: [file], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        let findings = Fixture.findings([Fixture.policy("a", #""x""#), Fixture.policy("f", #""y""#)], files: files)
        #expect(findings.map(\.ready) == ["false OverriddenByFile", "false OverriddenByFile"])
        #expect(findings[0]["Ready"]?.message.hasPrefix(#"not in force: policy f of a file also lists "x", and files win"#) == true)
    }

    @Test func `A waiver on its last day and on the day after`() {
        let waiver = Fixture.waiver("w", expires: "\(Fixture.today)")
        let onLast = Fixture.findings([waiver])
        let after = Fixture.findings([waiver], on: Fixture.today.advanced(byDays: 1))
        #expect((onLast + after).map(\.ready) == ["true InForce", "false Expired"])
        #expect((onLast + after).map { $0["Expired"]?.isMet } == [false, true])
        #expect(after.first?["Ready"]?.message == "the waiver expired on \(Fixture.today) and has no effect")
        #expect(onLast.first?["Expired"]?.message == after.first?["Expired"]?.message)
    }

    @Test func `The end of a waiver is near: its status does not change from day to day`() {
        let waiver = Fixture.waiver("w", expires: "\(Fixture.today.advanced(byDays: 5))")
        let days = (0...5).map { Fixture.findings([waiver], on: Fixture.today.advanced(byDays: $0)) }
        #expect(days.allSatisfy { $0 == days[0] })
    }

    @Test func `Warnings for the author are in the message`() {
        let risky = Fixture.object(
            "w",
            #"{"match":{"namespaces":["x"]},"rules":["HostPID"],"expires":"2099-12-31","owner":"o","reason":"r"}"#,
            kind: .waiver
        )
        let message = Fixture.findings([risky]).first?["Ready"]?.message ?? ""
        #expect(message.hasPrefix("in force\nwarning: "))
        #expect(message.contains("names no image repository"))
    }

    @Test func `Selectors that are equally specific: the status of the younger policy names the other`() {
        func selecting(_ name: String, _ label: String, created second: Int) -> PolicyObjectState {
            let spec = #"{"match":{"namespaceSelector":{"matchLabels":{"\#(label)":"1"}}},"enforce":{"minimumScore":9}}"#
            return Fixture.object(name, spec, created: second)
        }
        let findings = Fixture.findings([selecting("old", "a", created: 11), selecting("young", "b", created: 12)])
        #expect(findings.map(\.ready) == ["true InForce", "true InForce"])
        #expect(findings[0]["Ready"]?.message == "in force")
        #expect(findings[1]["Ready"]?.message.contains("policy old applies to a Namespace that both select") == true)
    }

    @Test func `The longest errors: the message has at most 32 768 bytes, and its last line is whole`() {
        let rules = (0..<40).map { #""\#(String(repeating: "é", count: 2_000))\#($0)""# }.joined(separator: ",")
        let object = Fixture.object("a", #"{"match":{"namespaces":["x"]},"enforce":{"require":[\#(rules)]}}"#)
        let message = Fixture.findings([object]).first?["Ready"]?.message ?? ""
        #expect(message.utf8.count <= 32_768)
        #expect(message.hasSuffix("until the server restarts."))
    }
}

/// The Namespaces in the status of policies and waivers.
struct MatchedNamespacesTests {
    private typealias Fixture = StatusFixture

    @Test func `A policy has the Namespaces where it decides, and a waiver those that it matches`() {
        let objects = [
            Fixture.policy("exact", #""pay""#), Fixture.policy("glob", #""pay*""#), Fixture.policy("all", #""*""#),
            Fixture.policy("none", #""missing""#), Fixture.waiver("w", #""pay*","shop""#),
        ]
        let directory = Fixture.directory(["shop", "pay", "pay-eu", "kube-system", "podscore", "pay-us"])
        let found = Fixture.findings(objects, namespaces: directory).map { $0.namespaces?.names }
        // Globs never match the Namespaces of the system and Podscore's own.
        #expect(found == [["pay"], ["pay-eu", "pay-us"], ["shop"], [], ["pay", "pay-eu", "pay-us", "shop"]])
    }

    @Test func `Labels choose the policy`() {
        let spec = #"{"match":{"namespaceSelector":{"matchLabels":{"team":"shop"}}},"enforce":{"minimumScore":9}}"#
        let objects = [Fixture.object("a", spec), Fixture.policy("all", #""*""#)]
        var directory = Fixture.directory(["x", "y"], keeping: MinimumLabel.keys + ["team"])
        directory.set("y") { $0 == "team" ? "shop" : nil }
        #expect(Fixture.findings(objects, namespaces: directory).map { $0.namespaces?.names } == [["y"], ["x"]])
    }

    @Test func `Labels that were not read: the Namespaces of policies are not known, those of waivers are`() {
        let spec = #"{"match":{"namespaceSelector":{"matchLabels":{"team":"shop"}}},"enforce":{"minimumScore":9}}"#
        let findings = Fixture.findings([Fixture.object("a", spec), Fixture.waiver("w")], namespaces: Fixture.directory(["x"]))
        #expect(findings.map { $0.namespaces?.count } == [nil, 1])
        #expect(findings.map(\.keepsNamespaces) == [true, false])
    }

    @Test func `Thousands of Namespaces: all are counted, and the first ones named`() throws {
        let names = (1_000..<4_000).map { "n\($0)" }
        let findings = Fixture.findings([Fixture.policy("all", #""*""#)], namespaces: Fixture.directory(names))
        let namespaces = try #require(findings.first?.namespaces)
        #expect(namespaces.count == 3_000)
        #expect(namespaces.names == Array(names.prefix(50)))
    }

    @Test func `An object that is not in force applies to none`() {
        let objects = [Fixture.policy("a", #""x""#), Fixture.policy("b", #""x""#), Fixture.waiver("w", expires: "2020-01-01")]
        let findings = Fixture.findings(objects, namespaces: Fixture.directory(["x"]))
        #expect(findings.map { $0.namespaces?.count } == [1, nil, nil])
        #expect(findings.map(\.keepsNamespaces) == [false, false, false])
    }
}
