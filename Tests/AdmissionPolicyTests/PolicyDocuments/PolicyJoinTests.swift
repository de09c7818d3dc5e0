import AdmissionPolicy
import KubernetesAPI
import TestSupport
import Testing

/// Which of the policies of files and of a cluster are in force.
struct PolicyJoinTests {
    private static func policy(_ name: String, _ namespaces: [String]) -> ScorePolicy {
        var warn = ScorePolicy.Level()
        warn.minimumScore = 1
        return ScorePolicy(name: name, namespaces: namespaces.map { NamePattern($0) }, ruleset: MadeUpRulesets.current, warn: warn)
    }

    private static func object(_ name: String, _ namespaces: [String], created: String = "10", version: String = "1") -> PolicyObject {
        PolicyObject(identity: identity(.policy, name, created, version), content: .policy(policy(name, namespaces)))
    }

    private static func identity(_ kind: PolicyKind, _ name: String, _ created: String, _ version: String = "1") -> PolicyObject.Identity {
        PolicyObject.Identity(
            kind: kind,
            name: name,
            uid: "uid-\(name)",
            resourceVersion: version,
            creationTimestamp: "2026-11-28T08:09:\(created)Z"
        )
    }

    private static func waiver(_ name: String) -> ScoreWaiver {
        ScoreWaiver(
            name: name,
            match: ScoreWaiver.Match(namespaces: [NamePattern("*")]),
            rules: ["HostPID"],
            expires: CivilDate(daysSinceEpoch: 30_000),
            owner: "o",
            reason: "r"
        )
    }

    private static func join(files: [ScorePolicy] = [], _ objects: PolicyObject...) -> PolicyJoin {
        PolicyJoin(policies: files, waivers: [], objects: objects)
    }

    private static func losers(_ join: PolicyJoin) -> [String] {
        join.losers.map { "\($0.object.identity.name): \($0.conflict)" }
    }

    @Test func `Objects without a conflict are all in force, behind the files and from the oldest on`() {
        let join = Self.join(
            files: [Self.policy("f", ["z"])],
            Self.object("b", ["x"], created: "11"),
            Self.object("a", ["y"], created: "12")
        )
        #expect(join.policies.map(\.name) == ["f", "b", "a"])
        #expect(join.objects.map(\.identity.name) == ["b", "a"])
        #expect(join.losers.isEmpty)
    }

    @Test(arguments: [
        (["x"], ["x"], #"b: policy a of the cluster also lists "x", and the older object wins"#),
        (["*"], ["*"], #"b: policy a of the cluster also lists "*", and the older object wins"#),
        (["a*"], ["x", "*b"], #"b: "*b" and "a*" of policy a of the cluster are equally specific, and the older object wins"#),
    ])
    func `Of two objects that tie the older one wins`(first: [String], second: [String], loss: String) {
        let join = Self.join(Self.object("b", second, created: "11"), Self.object("a", first, created: "10"))
        #expect(join.policies.map(\.name) == ["a"])
        #expect(Self.losers(join) == [loss])
    }

    @Test func `Of two objects of the same second the one whose name is first wins`() {
        let join = Self.join(Self.object("b", ["x"]), Self.object("a", ["x"]))
        #expect(join.policies.map(\.name) == ["a"])
    }

    @Test func `A policy and a waiver of one name and one second have one order`() {
        let waiver = PolicyObject(identity: Self.identity(.waiver, "a", "10"), content: .waiver(Self.waiver("a")))
        let policy = Self.object("a", ["x"])
        for join in [Self.join(waiver, policy), Self.join(policy, waiver)] {
            #expect(join.objects.map(\.identity.kind) == [.policy, .waiver])
        }
    }

    @Test(arguments: [
        ("b", ["x"], #"b: policy f of a file also lists "x", and files win"#),
        ("b", ["*b"], #"b: "*b" and "a*" of policy f of a file are equally specific, and files win"#),
        ("f", ["y"], "f: a document of a file has the same name, and files win"),
    ])
    func `A file wins over an object, whatever their age`(name: String, namespaces: [String], loss: String) {
        let join = Self.join(files: [Self.policy("f", ["x", "a*"])], Self.object(name, namespaces, created: "00"))
        #expect(join.policies.map(\.name) == ["f"])
        #expect(Self.losers(join) == [loss])
    }

    @Test func `A loser takes nothing from younger objects`() {
        let join = Self.join(
            Self.object("a", ["x"], created: "10"),
            Self.object("b", ["x", "y"], created: "11"),
            Self.object("c", ["y"], created: "12")
        )
        #expect(join.policies.map(\.name) == ["a", "c"])
        #expect(join.losers.map(\.object.identity.name) == ["b"])
    }

    @Test func `A waiver of a file wins over one of the same name, and a policy of that name is no conflict`() {
        let waivers = ["w", "v"].map {
            PolicyObject(identity: Self.identity(.waiver, $0, "10"), content: .waiver(Self.waiver($0)))
        }
        let join = PolicyJoin(policies: [], waivers: [Self.waiver("w")], objects: waivers + [Self.object("w", ["x"])])
        #expect(join.waivers.map(\.name) == ["w", "v"])
        #expect(join.policies.map(\.name) == ["w"])
        #expect(Self.losers(join) == ["w: a document of a file has the same name, and files win"])
    }

    @Test func `More globs than are compared leave the youngest objects out`() {
        let objects = (0..<51).map { index in
            let globs = (0..<10).map { "n\(index)-\($0)-*" }
            return Self.object("p\(index)", globs, created: String(format: index))
        }
        let join = PolicyJoin(policies: [], waivers: [], objects: objects)
        #expect(join.policies.count == 50)
        #expect(Self.losers(join) == ["p50: there are more than 500 globs in all policies, and older objects win"])
    }

    @Test func `Globs beyond the limit are not compared`() {
        let full = Self.object("a", (0..<500).map { "n\($0)-*" })
        let join = Self.join(full, Self.object("b", ["n0-*"], created: "11"))
        #expect(Self.losers(join) == ["b: there are more than 500 globs in all policies, and older objects win"])
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `Conflicts in any order: every replica has the same policies, and no two of them tie`(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let patterns = ["x", "y", "z", "a*", "*b", "a*b", "*", "ab*", "*ab"]
        let objects = (0..<12).map { index in
            let namespaces = patterns.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
            return Self.object("p\(index)", Array(namespaces), created: String(format: Int.random(in: 0..<6, using: &random)))
        }
        let files = [Self.policy("p3", ["q", "abc*"])]
        let one = PolicyJoin(policies: files, waivers: [], objects: objects)
        let other = PolicyJoin(policies: files, waivers: [], objects: objects.shuffled(using: &random))
        #expect(one.policies.map(\.name) == other.policies.map(\.name))
        #expect(one.losers == other.losers)
        #expect(one.policies.count + one.losers.count == 13)
        let texts = one.policies.map { policy in
            (policy.name + ".yaml", PolicyText.policy(named: policy.name, namespaces: "\(policy.namespaces.map(\.text))"))
        }
        #expect(throws: Never.self) { try PolicyText.read(files: texts) }
    }
}

extension String {
    /// Two digits of a number below 100.
    fileprivate init(format number: Int) {
        self = number < 10 ? "0\(number)" : "\(number)"
    }
}
