import Testing

@testable import PodScoring

/// A ruleset restricted to some of its rules.
@Suite struct RestrictedRulesetTests {
    private static func entry(_ id: String, _ points: Int) -> Ruleset.Entry {
        let rule = Rule(
            id: id,
            selector: ".x",
            polarity: points < 0 ? .negative : .positive,
            scope: .pod,
            reason: "Because.",
            fix: "do it",
            fixClass: .manifest,
            example: "x: y",
            references: ["https://example.com/"]
        )
        return Ruleset.Entry(rule, points: points, kinds: .pod) { _ in .holds }
    }

    private static let ruleset = Ruleset(
        name: "test/v1",
        isReleased: true,
        zeroFails: true,
        entries: [entry("One", 1), entry("Two", 2), entry("Minus", -3)]
    )

    @Test(
        arguments: [
            ([], ["Minus", "Two", "One"], 3), (["One"], ["One"], 1), (["One", "Minus"], ["Minus", "One"], 1),
            (["Two", "Two"], ["Two"], 2), (["Minus"], ["Minus"], 0),
        ] as [([String], [String], Int)]
    )
    func `Only the named rules count, in the order of the report`(ids: [String], kept: [String], score: Int) throws {
        let restricted = try Self.ruleset.restricted(to: ids)
        #expect(restricted.entries.map(\.rule.id) == kept)
        #expect(restricted.name == "test/v1")
        #expect(Scorer(restricted).score(try .pod("{}")).score == score)
    }

    @Test(arguments: [
        (["one"], "test/v1 has no rule \"one\"; did you mean One?"),
        (["One", "Nothing", ""], "test/v1 has no rule \"Nothing\", test/v1 has no rule \"\""),
        (["Tow,One"], "test/v1 has no rule \"Tow,One\""),
    ])
    func `An unknown id is an error with a suggestion`(ids: [String], message: String) {
        let error = #expect(throws: UnknownRules.self) { try Self.ruleset.restricted(to: ids) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        ([String(repeating: "Q", count: 5_000)], "test/v1 has no rule \"\(String(repeating: "Q", count: 96))…\""),
        (
            Array(repeating: "Q", count: 900),
            Array(repeating: "test/v1 has no rule \"Q\"", count: 10).joined(separator: ", ") + ", and 890 more"
        ),
        (["Q", String(repeating: "\u{1B}", count: 200)], "test/v1 has no rule \"Q\", test/v1 has no rule \"\(escapes)…\""),
    ])
    func `Long ids are cut, and ids that do not fit into the message are counted`(ids: [String], message: String) {
        let error = #expect(throws: UnknownRules.self) { try Self.ruleset.restricted(to: ids) }
        #expect(error?.description == message)
    }

    /// As many escapes as a message shows of an id.
    private static let escapes = String(repeating: #"\u{1B}"#, count: 16)
}
