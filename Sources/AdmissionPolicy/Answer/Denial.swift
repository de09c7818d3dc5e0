import KubernetesAPI
import PodScoring

/// Writes the message of a denial, which `kubectl` and the events of a ReplicaSet show.
enum DenialMessage {
    /// The longest message in bytes; events hold 1 024 characters, and the API server adds the webhook's name.
    static let byteLimit = 1_000

    /// The bytes reserved for the way to the minimum, however many reasons there are.
    private static let reservedForWay = 240

    /// The sentence, the reasons with containers and fields, the shortest way to the minimum, then the policy's guidance.
    ///
    /// The sentence and the guidance are never cut. Reasons and way share what they leave, and neither takes all of it.
    static func text(_ answer: AnswerText) -> String {
        let sentence = answer.sentence
        let ending = answer.guidance.map(ending) ?? ""
        let way = wayItems(answer)
        let room = byteLimit - sentence.utf8.count - ending.utf8.count
        let reserved = min(BoundedList.shortestLength(way), reservedForWay, room / 2)
        let reasons = BoundedList.text(answer.reasons, byteLimit: room - reserved)
        return sentence + reasons + BoundedList.text(way, byteLimit: room - reasons.utf8.count) + ending
    }

    /// The end of a message with a policy's guidance: `. Ask in #platform-help. Runbook: https://wiki.example/pods`.
    static func ending(with guidance: PolicyGuidance) -> String { ". " + guidance.line }

    /// The changes with their points, `+2 CapDropAll`; with the class of the fix and the fix unless a reason already says both.
    private static func wayItems(_ answer: AnswerText) -> [BoundedList.Item] {
        guard let way = answer.way, let minimum = answer.missedMinimum else { return [] }
        let clause = "; shortest way: "
        guard way.score >= minimum else {
            let text = "none, the best possible score is \(way.score)"
            return [BoundedList.Item(separator: clause, full: text, short: text)]
        }
        return way.changes.enumerated().map { position, change in
            let points = "+\(change.points) "
            let isExplained = change.isMandatory && !answer.evaluation.earnsMoreThanDemanded(change)
            let open = isExplained ? nil : answer.evaluation.fixing(change)
            let short = isExplained ? change.rule : change.rule + change.fixClass.tag
            let full = open.map { answer.failures.text(of: $0, as: change.fixClass) } ?? short
            return BoundedList.Item(separator: position == 0 ? clause : ", ", full: points + full, short: points + short)
        }
    }
}

/// Lists the causes of a denial for machines: one for each place, with the path of the field, then one for each change to make.
enum DenialCauses {
    /// The most causes; one more then counts the rest.
    static let limit = 32

    /// The causes reserved for the way to the minimum, however many places there are.
    private static let reservedForWay = 8

    /// The score comes first, for clients that show only causes; then the reasons in the message's order, the way and the runbook.
    ///
    /// If there are too many, each reason gets an equal share, so that a reason with many places does not hide the others.
    static func list(_ answer: AnswerText) -> [AdmissionResponse.Status.Cause] {
        let listed = score(answer).map { [$0] } ?? []
        let reasons = answer.level.violations.compactMap { Reason($0, in: answer.evaluation) }
        let way = wayCauses(answer)
        let runbook = runbook(answer)
        let places = reasons.reduce(0) { $0 + $1.count }
        let total = places + way.count
        let limit = Self.limit - listed.count - runbook.count
        let keptWay = way.prefix(max(Self.reservedForWay, limit - places))
        let room = limit - keptWay.count
        let share = places > room ? max(1, room / max(1, reasons.count)) : places
        let kept = reasons.flatMap { $0.causes(atMost: share) }.prefix(room) + keptWay
        guard kept.count < total else { return listed + kept + runbook }
        let more = AdmissionResponse.Status.Cause(reason: "more", message: "and \(total - kept.count) more", field: "")
        return listed + kept + [more] + runbook
    }

    /// The URL of the policy's runbook, for clients that can show a link; empty without one.
    private static func runbook(_ answer: AnswerText) -> [AdmissionResponse.Status.Cause] {
        guard let runbook = answer.guidance?.runbook else { return [] }
        return [AdmissionResponse.Status.Cause(reason: "runbook", message: runbook, field: "")]
    }

    /// The changes that reach the minimum, each with its first place; empty if no changes reach it.
    private static func wayCauses(_ answer: AnswerText) -> [AdmissionResponse.Status.Cause] {
        guard let way = answer.way, let minimum = answer.missedMinimum, way.score >= minimum else { return [] }
        let evaluation = answer.evaluation
        return way.changes.compactMap { change in
            guard let failure = evaluation.fixing(change) else { return nil }
            let fix = failure.findings.first?.fix ?? failure.ruleset.entries[failure.index].rule.fix
            let path = failure.findings.first?.path(below: evaluation.subject.specificationPath) ?? ""
            return AdmissionResponse.Status.Cause(
                reason: "shortestWay",
                message: VisibleText.of("+\(change.points) \(change.rule): \(fix)\(change.fixClass.tag)"),
                field: DisplayText.oneLine(path, byteLimit: 256)
            )
        }
    }

    /// A violated rule or check of the standard, with all its places.
    private struct Reason {
        let id: String
        let word: String
        let fix: String?
        let findings: [Finding]
        let specificationPath: String
        /// Says the class of the fix at a place; `nil` without a fix.
        let fixClass: ((Finding.Place) -> FixClass)?

        /// `nil` if the violation is about neither a rule nor a check.
        init?(_ violation: Violation, in evaluation: PodEvaluation) {
            guard let clause = violation.clause else { return nil }
            word = clause
            id = violation.id
            if case .podSecurityStandard(let standard, let name) = violation {
                let found = evaluation.violation(of: standard, check: name)
                fix = found?.fix
                findings = found?.findings ?? []
                fixClass = found.map { found in { found.fixClass(at: $0, in: evaluation.subject) } }
            } else {
                let failure = evaluation.controls.failure(ofRule: violation.id)
                fix = failure.map { $0.ruleset.entries[$0.index].rule.fix }
                findings = failure?.findings ?? []
                fixClass = failure.map { failure in { failure.fixClass(at: $0, in: evaluation.subject) } }
            }
            specificationPath = evaluation.subject.specificationPath
        }

        /// The number of causes: one for each finding, and at least one.
        var count: Int { max(1, findings.count) }

        func causes(atMost limit: Int) -> [AdmissionResponse.Status.Cause] {
            guard !findings.isEmpty else { return [cause(fix: fix, at: .object, path: "")] }
            return findings.prefix(limit).map { cause(fix: $0.fix ?? fix, at: $0.place, path: $0.path(below: specificationPath)) }
        }

        private func cause(fix: String?, at place: Finding.Place, path: String) -> AdmissionResponse.Status.Cause {
            AdmissionResponse.Status.Cause(
                reason: id,
                message: fix.map { VisibleText.of("\(word): \($0)\(fixClass?(place).tag ?? "")") } ?? word,
                field: DisplayText.oneLine(path, byteLimit: 256)
            )
        }
    }

    private static func score(_ answer: AnswerText) -> AdmissionResponse.Status.Cause? {
        guard answer.evaluation.report != nil else { return nil }
        let reason = answer.missedMinimum == nil ? "score" : "minimumScore"
        return AdmissionResponse.Status.Cause(reason: reason, message: answer.sentence, field: "")
    }
}

/// Says why the object of a request cannot be evaluated.
enum UndecodableText {
    /// One line with the object, the reason and the policy, so short that a denial has room for the policy's guidance behind it.
    static func message(_ request: AdmissionRequest, policy: ScorePolicy) -> String {
        let name = DisplayText.oneLine(policy.name, byteLimit: 100)
        let object = ObjectTitle.text(of: request, nameByteLimit: ObjectTitle.nameByteLimit(under: policy))
        let reason = DisplayText.oneLine(reason(request), byteLimit: policy.guidance == nil ? 300 : 200)
        return "\(object) cannot be evaluated by policy \(name): \(reason)"
    }

    private static func reason(_ request: AdmissionRequest) -> String {
        switch request.object {
        case .absent: "the request carries no object"
        case .decoded: "the object is not of the request's kind"
        case .undecodable(let failure):
            switch failure.location {
            case .byteOffset(let offset): "\(failure.reason) at byte \(offset)"
            case .position(let position): "\(failure.reason) at \(position)"
            }
        }
    }
}
