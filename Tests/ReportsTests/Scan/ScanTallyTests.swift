import Reports
import Testing

/// The counts of a scan and their sentence.
@Suite struct ScanTallyTests {
    private func sentence(_ kinds: [String]) -> String {
        let text = kinds.map { "apiVersion: v1\nkind: \($0)\n" }.joined(separator: "---\n")
        var tally = ScanTally()
        for document in ScannedText().documents(text) { tally.count(document) }
        return tally.sentence
    }

    @Test func `Skipped documents are counted by reason, the most frequent first`() {
        #expect(sentence(["Pod", "Service"]) == "2 documents: 1 scored, 1 skipped (no rules for kind Service), 0 invalid")
        #expect(
            sentence(["Secret", "Service", "Event", "Service"])
                == "4 documents: 0 scored, 4 skipped (2 no rules for kind Service; 1 no rules for kind Event; 1 no rules for kind Secret), 0 invalid"
        )
    }

    @Test func `Few reasons are named, and few are kept`() {
        let kinds = (100..<300).map { "Kind\($0)" }
        let expected = (100..<104).map { "1 no rules for kind Kind\($0)" }.joined(separator: "; ")
        #expect(sentence(kinds) == "200 documents: 0 scored, 200 skipped (\(expected); 196 for other reasons), 0 invalid")
    }

    @Test func `The counts of parts add up`() {
        var whole = ScanTally()
        for text in ["kind: Pod\n", "kind: Service\n", "kind: Service\n", "a: b: c\n"] {
            var part = ScanTally()
            for document in ScannedText().documents(text) { part.count(document) }
            whole.add(part)
        }
        #expect(whole.sentence == "4 documents: 1 scored, 2 skipped (no rules for kind Service), 1 invalid")
        #expect(whole.judged == 1)
    }
}
