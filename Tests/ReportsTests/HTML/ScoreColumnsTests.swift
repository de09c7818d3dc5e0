@testable import Reports
import Testing

/// The columns of the summary's scores.
@Suite struct ScoreColumnsTests {
    private static func columns(_ manifests: [String]) -> [String] {
        var tally = ScanTally()
        for document in ScannedText().documents(manifests.joined(separator: "---\n")) { tally.count(document, inDetail: true) }
        return ScoreColumns(tally.details).counts.map { "\($0.range): \($0.count)" }
    }

    private static let plain = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}]}\n"
    private static let bad = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: [{name: a}]}\n"

    @Test func `Each score is in one column, and one begins at 0`() {
        let columns = Self.columns([Self.plain, Self.plain, Self.bad])
        #expect(columns.count <= ScoreColumns.limit)
        #expect(columns.contains { $0.hasPrefix("0 to ") })
        #expect(columns.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +) == 3)
    }

    @Test func `Without scores there are no columns`() {
        #expect(Self.columns([]).isEmpty)
    }
}
