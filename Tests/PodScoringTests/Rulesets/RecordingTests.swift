import Foundation
import KubernetesAPI
import PodScoring
import Testing

/// `podscore/v1` on requests of a real API server, compared with a table written by hand.
@Suite struct RecordingTests {
    /// A line of the table: a recording with its score and its failed rules.
    struct Line: Sendable, CustomTestStringConvertible {
        let file: String
        let score: Int
        let best: Int
        /// `<rule>: <container> <container> …`, sorted.
        let failed: [String]

        var testDescription: String { file }
    }

    /// The lines of the table with a score, under the policy `enforcing`.
    static func scoredLines() throws -> [Line] {
        let table = try TestFolder.json(TestFolder.acceptance.appending(path: "expected.json")) as? [[String: Any]] ?? []
        return table.filter { $0["policy"] as? String == "enforcing" }.compactMap { line in
            guard let file = line["file"] as? String, let score = line["score"] as? Int, let best = line["bestPossibleScore"] as? Int,
                let failed = line["failedRules"] as? [[String: Any]]
            else { return nil }
            let rules = failed.map { rule in
                "\(rule["id"] ?? ""): " + (rule["containers"] as? [String] ?? []).sorted().joined(separator: " ")
            }
            return Line(file: file, score: score, best: best, failed: rules.sorted())
        }
    }

    /// The object of a recorded review.
    static func object(in file: String) throws -> KubernetesObject {
        let review = try TestFolder.json(TestFolder.acceptance.appending(path: "reviews").appending(path: file)) as? [String: Any]
        let request = try #require(review?["request"] as? [String: Any])
        return try KubernetesObject(extracting: try #require(request["object"]))
    }

    @Test(arguments: try scoredLines())
    func `A recording has the score in the table`(line: Line) throws {
        let subject = ScoringSubject(try Self.object(in: line.file), context: .admittedPod)
        let report = Scorer(.podscoreV1).score(subject)
        #expect(report.score == line.score)
        #expect(report.bestPossibleScore == line.best)
        #expect(Self.failedRules(report, of: subject) == line.failed)
    }

    @Test func `The table has lines with scores`() throws {
        #expect(try Self.scoredLines().count >= 25)
    }

    /// The failed rules with points and the names of their containers, as the table writes them.
    ///
    /// For a violation of the Pod's own value the table names no container.
    private static func failedRules(_ report: ScoreReport, of subject: ScoringSubject) -> [String] {
        report.results.compactMap { result in
            guard case .fails(let findings) = result.outcome, report.entry(of: result).points != 0 else { return nil }
            let names = findings.compactMap { finding -> String? in
                switch finding.place {
                case .container(.initContainers, let index): subject.pod.initContainers[index].name
                case .container(.containers, let index): subject.pod.containers[index].name
                case .container(.ephemeralContainers, let index): subject.pod.ephemeralContainers[index].name
                case .pod, .metadata, .volume, .object: nil
                }
            }
            return "\(report.entry(of: result).rule.id): " + Set(names).sorted().joined(separator: " ")
        }.sorted()
    }
}

/// The five steps of hardening a Pod, which kubesec scored 0, 4, 7, 9 and 12 in 2019.
@Suite struct HardeningTests {
    @Test func `The five steps score 0, 4, 7, 9 and 12, as manifests and at admission`() throws {
        let steps = try #require(try TestFolder.json(TestFolder.acceptance.appending(path: "hardening.json")) as? [[String: Any]])
        var authored: [Int] = []
        var admitted: [Int] = []
        for step in steps {
            let manifest = try KubernetesObject(extracting: try #require(step["manifest"]))
            let recording = try RecordingTests.object(in: try #require(step["recording"] as? String))
            authored.append(Scorer(.podscoreV1).score(ScoringSubject(manifest, context: .authored)).score)
            admitted.append(Scorer(.podscoreV1).score(ScoringSubject(recording, context: .admittedPod)).score)
        }
        #expect(authored == [0, 4, 7, 9, 12])
        #expect(admitted == [0, 4, 7, 9, 12])
    }
}
