import KubernetesAPI
import PodScoring

/// Writes the warnings that `kubectl` prints, the most important ones first.
///
/// All webhooks share 4 096 runes for each request. Beyond that the API server cuts each warning to 256 runes and drops the last ones, so we
/// use half.
/// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/endpoints/filters/warning.go>
enum WarningLines {
    /// The most Unicode scalars of all lines together.
    static let totalLimit = 2_048
    /// The length that a line should not exceed, in Unicode scalars; names of containers are left out to keep it.
    static let comfortableLength = 120
    /// The length at which a line is cut, in bytes, so also the most Unicode scalars.
    static let lineLimit = 256

    /// Lists the lines of each answer: the sentence, the violated rules and checks, then the other changes to reach the minimum.
    ///
    /// The policy's guidance ends the list, once for all answers. As many Unicode scalars as `reserved` are left for other lines.
    static func list(_ answers: [AnswerText], guidance: PolicyGuidance?, reserved: Int = 0) -> [String] {
        var lines: [String] = []
        lines.reserveCapacity(16)
        for answer in answers {
            lines.append(title(answer))
            appendEnds(answer, to: &lines)
            appendReasons(answer, to: &lines)
            appendWay(answer, to: &lines)
        }
        return bounded(lines, guidance: guidance, reserved: reserved)
    }

    /// Cuts the lines to what the API server shows, leaves out repeated ones, counts the dropped ones, and adds a policy's guidance.
    static func bounded(_ lines: [String], guidance: PolicyGuidance? = nil, reserved: Int = 0) -> [String] {
        let ending = guidance.map(Self.lines) ?? []
        var kept: [String] = []
        kept.reserveCapacity(lines.count + 3)
        var dropped = 0
        // The line that counts the dropped ones, and the guidance, always have room.
        var room = ending.reduce(totalLimit - 16 - reserved) { $0 - $1.scalarCount }
        for line in lines {
            let line = DisplayText.truncated(line, byteLimit: lineLimit)
            if kept.contains(where: { $0.hasSameBytes(as: line) }) { continue }
            let length = line.scalarCount
            guard dropped == 0, length <= room else {
                dropped += 1
                continue
            }
            kept.append(line)
            room -= length
        }
        if dropped > 0 { kept.append("+\(dropped) more") }
        return kept + ending
    }

    /// The Unicode scalars of some lines as ``bounded(_:guidance:reserved:)`` cuts them.
    static func length(of lines: [String]) -> Int {
        bounded(lines).reduce(0) { $0 + $1.scalarCount }
    }

    /// The message and the runbook in one line, or in two if the API server could cut one.
    private static func lines(of guidance: PolicyGuidance) -> [String] {
        guidance.line.utf8.count <= lineLimit ? [guidance.line] : guidance.lines
    }

    /// The sentence, with `would be denied` before it if the level is `enforce`.
    private static func title(_ answer: AnswerText) -> String {
        guard answer.level.effect == .deny else { return answer.sentence }
        let subject = answer.isAboutPod ? "would be denied" : "its Pods would be denied"
        let day = answer.foreseen.map { " from \($0.day)" } ?? ""
        return "\(subject)\(day): \(answer.sentence)"
    }

    /// The waivers that expire before the later denial.
    private static func appendEnds(_ answer: AnswerText, to lines: inout [String]) {
        for waiver in answer.foreseen?.expiredWaivers ?? [] {
            lines.append("waiver \(waiver.name) expires \(waiver.expires); owner: \(DisplayText.oneLine(waiver.owner, byteLimit: 60))")
        }
    }

    private static func appendReasons(_ answer: AnswerText, to lines: inout [String]) {
        for violation in answer.level.violations {
            guard let clause = violation.clause else { continue }
            let failure = answer.failures.failure(of: violation)
            lines.append(
                comfortable(failure?.findings.count ?? 0) { placeLimit in
                    var line = MessageText()
                    line += clause
                    line += ": "
                    append(failure, or: violation.id, placeLimit: placeLimit, answer, to: &line)
                    return line.string
                }
            )
        }
    }

    private static func appendWay(_ answer: AnswerText, to lines: inout [String]) {
        guard let way = answer.way else { return }
        for change in way.changes where !change.isMandatory {
            let failure = answer.evaluation.fixing(change).map { answer.failures.failure($0, as: change.fixClass) }
            lines.append(
                comfortable(failure?.findings.count ?? 0) { placeLimit in
                    var line = MessageText()
                    line += "+"
                    line.append(change.points)
                    line += change.points == 1 ? " point: " : " points: "
                    append(failure, or: change.rule + change.fixClass.tag, placeLimit: placeLimit, answer, to: &line)
                    return line.string
                }
            )
        }
    }

    private static func append(
        _ failure: FailureText.Failure?,
        or name: @autoclosure () -> String,
        placeLimit: Int,
        _ answer: AnswerText,
        to line: inout MessageText
    ) {
        guard let failure else { return line += name() }
        answer.failures.append(failure, placeLimit: placeLimit, to: &line)
    }

    /// The line with one to three places, as many as fit the comfortable length.
    private static func comfortable(_ placeCount: Int, _ line: (_ placeLimit: Int) -> String) -> String {
        for placeLimit in stride(from: min(3, placeCount), to: 1, by: -1) {
            let line = line(placeLimit)
            if line.scalarCount <= comfortableLength { return line }
        }
        return line(1)
    }
}
