import KubernetesAPI
import Manifests
import PodScoring
import YAML

/// Reads manifests as the scanner does.
enum ManifestsTarget {
    /// Every document has a place in the text, no text has more documents than bytes, and reading is deterministic.
    static func check(_ input: [UInt8]) throws {
        let lineCount = input.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + otherLineBreaks(in: input) + 1
        var results: [String] = []
        for document in ManifestStream(source: "f", bytes: input) {
            guard (1...lineCount + 1).contains(document.position.line), document.position.column >= 1 else {
                throw FuzzTarget.Finding("a document at \(document.position) of \(lineCount) lines")
            }
            results.append("\(document.index) \(document.itemPath) \(document.position) \(try outcome(of: document))")
            guard results.count <= input.count + 1 else { throw FuzzTarget.Finding("more documents than bytes") }
        }
        var index = 0
        for document in ManifestStream(source: "f", bytes: input) {
            guard results[index] == "\(document.index) \(document.itemPath) \(document.position) \(try outcome(of: document))" else {
                throw FuzzTarget.Finding("document \(index) differs when it is read again")
            }
            index += 1
        }
    }

    private static func outcome(of document: ManifestDocument) throws -> String {
        switch document.content {
        case .empty: return "empty"
        case .invalid(let error): return "\(document.errorLine ?? "") \(error.isAboutContent)"
        case .object(let object, _):
            let subject = ScoringSubject(object, context: .authored)
            return [Ruleset.podscoreV1, .kubesecV2, .kubesecV20].map { ruleset in
                let report = Scorer(ruleset).score(subject)
                return "\(report.score) of \(report.bestPossibleScore)"
            }.joined(separator: ", ")
        }
    }

    /// NEL, LS and PS, which YAML 1.1 counts as line breaks.
    private static func otherLineBreaks(in input: [UInt8]) -> Int {
        input.count { $0 == 0x85 || $0 == 0xA8 || $0 == 0xA9 }
    }
}
