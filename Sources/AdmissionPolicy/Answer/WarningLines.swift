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
        var lines: [String] = []
        lines.reserveCapacity(16)
        for answer in answers {
            lines.append(title(answer))
            appendEnds(answer, to: &lines)
            appendReasons(answer, to: &lines)
            appendWay(answer, to: &lines)
        }
        return bounded(lines)
    }

    /// Cuts the lines to what the API server shows, leaves out repetitions and counts what had to go.
    static func bounded(_ lines: [String]) -> [String] {
        var kept: [String] = []
        kept.reserveCapacity(lines.count + 1)
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
        if dropped > 0 { kept.append("+\(dropped) more") }
        return kept
    }

    /// The sentence, and before it that what it says denies, though not here and now.
    private static func title(_ answer: AnswerText) -> String {
        guard answer.level.effect == .deny else { return answer.sentence }
        let subject = answer.isAboutPod ? "would be denied" : "its Pods would be denied"
        let day = answer.foreseen.map { " from \($0.day)" } ?? ""
        return "\(subject)\(day): \(answer.sentence)"
    }

    /// The waivers without which it will be so.
    private static func appendEnds(_ answer: AnswerText, to lines: inout [String]) {
        for waiver in answer.foreseen?.expiredWaivers ?? [] {
            lines.append("waiver \(waiver.name) expires \(waiver.expires); owner: \(DisplayText.oneLine(waiver.owner, byteLimit: 60))")
        }
    }

    private static func appendReasons(_ answer: AnswerText, to lines: inout [String]) {
        for violation in answer.level.violations {
            guard let clause = violation.clause else { continue }
            lines.append(
                comfortable(answer.failures.placeCount(of: violation)) {
                    "\(clause): \(answer.failures.texts(of: violation, placeLimit: $0)?.full ?? violation.id)"
                }
            )
        }
    }

    private static func appendWay(_ answer: AnswerText, to lines: inout [String]) {
        guard let way = answer.way else { return }
        for change in way.changes where !change.isMandatory {
            let open = answer.evaluation.fixing(change)
            lines.append(
                comfortable(open?.findings.count ?? 0) { placeLimit in
                    var line = MessageText()
                    line += "+"
                    line += String(change.points)
                    line += change.points == 1 ? " point: " : " points: "
                    if let open {
                        answer.failures.append(open, placeLimit: placeLimit, to: &line)
                    } else {
                        line += change.rule
                    }
                    return line.string
                }
            )
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
