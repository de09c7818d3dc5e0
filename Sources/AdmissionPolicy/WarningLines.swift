import KubernetesAPI
import PodScoring

/// Writes the warnings that `kubectl` prints, the most important first.
///
/// All webhooks share 4 096 runes a request. Beyond that the API server cuts every warning to 256 and drops the last ones, so we take half.
/// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/endpoints/filters/warning.go>
enum WarningLines {
    /// The most Unicode scalars of all lines together.
    static let totalLimit = 2_048
    /// The length that a line should not pass, in Unicode scalars; names of containers are left out for it.
    static let comfortableLength = 120
    /// The length at which a line is cut, in bytes, so in Unicode scalars at most.
    static let lineLimit = 256

    /// Of each answer what is wrong, then the rules to mend, then the others on the way to the minimum, one a line.
    static func list(_ answers: [AnswerText]) -> [String] {
        bounded(answers.flatMap { [title($0)] + endLines($0) + reasonLines($0) + wayLines($0) })
    }

    /// Cuts the lines to what the API server shows, leaves out repetitions and counts what had to go.
    static func bounded(_ lines: [String]) -> [String] {
        var kept: [String] = []
        var dropped = 0
        // Room for the line that counts.
        var room = totalLimit - 16
        for line in lines {
            let line = DisplayText.truncated(line, byteLimit: lineLimit)
            if kept.contains(where: { $0.utf8.count == line.utf8.count && $0.utf8.elementsEqual(line.utf8) }) { continue }
            let length = line.scalarCount
            guard dropped == 0, length <= room else {
                dropped += 1
                continue
            }
            kept.append(line)
            room -= length
        }
        return dropped == 0 ? kept : kept + ["+\(dropped) more"]
    }

    /// The sentence, and before it that what it says denies, though not here and now.
    private static func title(_ answer: AnswerText) -> String {
        guard answer.decisive.effect == .deny else { return answer.sentence }
        let subject = answer.isAboutPod ? "would be denied" : "its Pods would be denied"
        let day = answer.foreseen.map { " from \($0.day)" } ?? ""
        return "\(subject)\(day): \(answer.sentence)"
    }

    /// The waivers without which it will be so.
    private static func endLines(_ answer: AnswerText) -> [String] {
        (answer.foreseen?.endedWaivers ?? []).map {
            "waiver \($0.name) ends on \($0.expires), see \(DisplayText.oneLine($0.owner, byteLimit: 60))"
        }
    }

    private static func reasonLines(_ answer: AnswerText) -> [String] {
        answer.decisive.violations.compactMap { violation in
            guard let clause = violation.clause else { return nil }
            return comfortable(answer.failures.placeCount(of: violation)) {
                "\(clause): \(answer.failures.texts(of: violation, placeLimit: $0)?.full ?? violation.id)"
            }
        }
    }

    private static func wayLines(_ answer: AnswerText) -> [String] {
        guard let way = answer.way else { return [] }
        return way.changes.filter { !$0.isMandatory }.map { change in
            let open = answer.assessment.openResult(ofRuleAt: change.index)
            return comfortable(open?.findings.count ?? 0) { placeLimit in
                var line = "+\(change.points)"
                line += change.points == 1 ? " point: " : " points: "
                line += open.map { answer.failures.text(of: $0, placeLimit: placeLimit) } ?? change.rule
                return line
            }
        }
    }

    /// The line with as many of its places, of three at most, as it can name without becoming too long; with one in any case.
    private static func comfortable(_ placeCount: Int, _ line: (_ placeLimit: Int) -> String) -> String {
        for placeLimit in stride(from: min(3, placeCount), to: 1, by: -1) {
            let line = line(placeLimit)
            if line.scalarCount <= comfortableLength { return line }
        }
        return line(1)
    }
}
