import TestSupport
import Testing

@testable import AdmissionPolicy

/// Matching labels, and finding out whether two selectors can match the same ones.
struct NamespaceSelectorTests {
    typealias Requirement = NamespaceSelector.Requirement

    static func labels(_ pairs: [String: String]) -> NamespaceLabels {
        NamespaceLabels(pairs.keys.sorted()) { pairs[$0] }
    }

    @Test(arguments: [
        (Requirement("team", .isOne(["shop", "pay"])), ["team": "shop"], true),
        (Requirement("team", .isOne(["shop"])), ["team": "Shop"], false),
        (Requirement("team", .isOne(["shop"])), [:], false), (Requirement("team", .isNoneOf(["shop"])), ["team": "pay"], true),
        (Requirement("team", .isNoneOf(["shop"])), ["team": "shop"], false), (Requirement("team", .isNoneOf(["shop"])), [:], true),
        (Requirement("team", .exists), ["team": ""], true), (Requirement("team", .exists), ["Team": ""], false),
        (Requirement("team", .doesNotExist), [:], true), (Requirement("team", .doesNotExist), ["team": ""], false),
    ])
    func `A requirement is met as in Kubernetes`(requirement: Requirement, labels: [String: String], isMet: Bool) {
        #expect(NamespaceSelector([requirement]).matches(Self.labels(labels)) == isMet)
    }

    @Test func `A selector is written as kubectl takes it, in one order`() {
        let selector = NamespaceSelector([
            Requirement("team", .isOne(["shop"])), Requirement("a/b", .isNoneOf(["y", "x", "y"])), Requirement("legacy", .doesNotExist),
            Requirement("tier", .isOne(["b", "a"])), Requirement("team", .isOne(["shop"])), Requirement("c", .isNoneOf(["d"])),
            Requirement("live", .exists),
        ])
        #expect(selector.description == "!legacy,a/b notin (x,y),c!=d,live,team=shop,tier in (a,b)")
        #expect(selector.requirements.count == 6)
    }

    /// A requirement on one of two labels, with values among three.
    private static func requirement(_ numbers: inout SeededNumbers) -> Requirement {
        let values = ["u", "v", "w"].filter { _ in Bool.random(using: &numbers) }
        let some = values.isEmpty ? ["u"] : values
        let conditions: [Requirement.Condition] = [.isOne(some), .isNoneOf(some), .exists, .doesNotExist]
        return Requirement(Bool.random(using: &numbers) ? "a" : "b", conditions[Int.random(in: 0..<4, using: &numbers)])
    }

    private static func selector(_ numbers: inout SeededNumbers) -> NamespaceSelector {
        NamespaceSelector((0..<Int.random(in: 1...4, using: &numbers)).map { _ in requirement(&numbers) })
    }

    /// All Namespaces that these requirements can distinguish; no requirement lists the value `x`.
    private static let everyNamespace: [NamespaceLabels] = {
        let values: [String?] = [nil, "u", "v", "w", "x"]
        return values.flatMap { a in values.map { b in NamespaceLabels(["a", "b"]) { $0 == "a" ? a : b } } }
    }()

    @Test func `A selector contradicts itself if no Namespace matches it, and two meet if a Namespace matches both`() {
        var numbers = SeededNumbers(seed: 20)
        var (contradictions, meetings) = (0, 0)
        for _ in 0..<2_000 {
            let (one, other) = (Self.selector(&numbers), Self.selector(&numbers))
            #expect((one.contradiction == nil) == Self.everyNamespace.contains { one.matches($0) }, "\(one)")
            let doMeet = Self.everyNamespace.contains { one.matches($0) && other.matches($0) }
            #expect(one.meets(other) == doMeet, "\(one) and \(other)")
            if one.contradiction != nil { contradictions += 1 }
            if doMeet { meetings += 1 }
        }
        #expect(contradictions > 100 && meetings > 100)
    }

    @Test(arguments: [
        ("team", nil), ("example.com/team", nil), ("a.b-c.example/A_b-9.z", nil), (String(repeating: "n", count: 63), nil),
        ("", LabelFault.empty), ("/team", .prefix), ("example.com/", .empty), ("a/b/c", .prefix), ("a..b/c", .prefix), ("A/b", .prefix),
        ("a_b/c", .prefix), ("-a/c", .prefix), ("*/c", .prefix), (String(repeating: "p", count: 254) + "/c", .prefix),
        (String(repeating: "n", count: 64), .tooLong(count: 64)), ("te am", .character), ("team*", .character), ("é", .character),
        ("_team", .edge), ("team.", .edge), ("-", .edge),
    ])
    func `The key of a label is checked as Kubernetes does`(key: String, fault: LabelFault?) {
        #expect(LabelFault.first(inKey: key) == fault)
        let pattern = try? Regex(LabelFault.keyPattern)
        #expect(pattern.map { key.utf8.count <= 317 && key.wholeMatch(of: $0) != nil } == (fault == nil) || fault == .prefix)
    }

    @Test(arguments: [
        ("", nil), ("shop", nil), ("9", nil), ("a_B-c.d", nil), ("-3", LabelFault.edge), ("3-", .edge), ("a b", .character),
        ("a/b", .character),
        (String(repeating: "v", count: 64), .tooLong(count: 64)),
    ])
    func `The value of a label is checked as Kubernetes does`(value: String, fault: LabelFault?) throws {
        #expect(LabelFault.first(inValue: value) == fault)
        #expect(try Regex(LabelFault.valuePattern).wholeMatch(in: value) != nil || fault != nil)
    }
}
