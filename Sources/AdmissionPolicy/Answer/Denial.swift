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
        let way = way(answer)
        let ending = answer.guidance.map(ending) ?? ""
        let limit = byteLimit - ending.utf8.count
        let reserved = min(way.shortestLength, reservedForWay, (limit - answer.sentence.utf8.count) / 2)
        var text = MessageText(reservingCapacity: 960)
        text += answer.sentence
        answer.reasons.write(to: &text, byteLimit: limit - reserved)
        way.write(to: &text, byteLimit: limit)
        text += ending
        return text.string
    }

    /// The end of a message with a policy's guidance: `. Ask in #platform-help. Runbook: https://wiki.example/pods`.
    static func ending(with guidance: PolicyGuidance) -> String { ". " + guidance.line }

    /// The changes with their points, `+2 CapDropAll`; with the class of the fix and the fix unless a reason already says both.
    private static func way(_ answer: AnswerText) -> BoundedList {
        guard let way = answer.way, let minimum = answer.missedMinimum else { return BoundedList() }
        var list = BoundedList(reservingCapacity: 960)
        list.text += "; shortest way: "
        guard way.score >= minimum else {
            list.text += "none, the best possible score is "
            list.text.append(way.score)
            list.endEntry()
            return list
        }
        for index in way.changes.indices {
            if index > 0 { list.text += ", " }
            append(way.changes[index], of: answer, to: &list)
        }
        return list
    }

    private static func append(_ change: ShortestWay.Change, of answer: AnswerText, to list: inout BoundedList) {
        list.text += "+"
        list.text.append(change.points)
        list.text += " "
        let isExplained = change.isMandatory && !answer.evaluation.earnsMoreThanDemanded(change)
        if !isExplained, let open = answer.evaluation.fixing(change) {
            let failure = answer.failures.failure(open, as: change.fixClass)
            return answer.failures.append(failure, asEntryOf: &list)
        }
        list.text += change.rule
        if !isExplained { list.text += change.fixClass.tag }
        list.endEntry()
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
            var head = MessageText()
            head += "+"
            head.append(change.points)
            head += " "
            head += change.rule
            return AdmissionResponse.Status.Cause(
                reason: "shortestWay",
                message: message(head, fix, change.fixClass),
                field: DisplayText.oneLine(path, byteLimit: 256)
            )
        }
    }

    /// One line with a fix and its class behind a head.
    private static func message(_ head: consuming MessageText, _ fix: String, _ fixClass: FixClass) -> String {
        var text = head
        text += ": "
        text += fix
        text += fixClass.tag
        return VisibleText.of(text.string)
    }

    /// A violated rule or check of the standard, with all its places.
    private struct Reason {
        let id: String
        let word: String
        let subject: ScoringSubject
        /// `nil` if only the id is known.
        private let failure: FailedDemand?

        /// `nil` if the violation is about neither a rule nor a check.
        init?(_ violation: Violation, in evaluation: PodEvaluation) {
            guard let clause = violation.clause else { return nil }
            word = clause
            id = violation.id
            subject = evaluation.subject
            failure = evaluation.failure(of: violation)
        }

        private var findings: [Finding] { failure?.findings ?? [] }

        /// The number of causes: one for each finding, and at least one.
        var count: Int { max(1, findings.count) }

        func causes(atMost limit: Int) -> [AdmissionResponse.Status.Cause] {
            guard !findings.isEmpty else { return [cause(ownFix: nil, at: .object, path: "")] }
            return findings.prefix(limit).map {
                cause(ownFix: $0.fix, at: $0.place, path: $0.path(below: subject.specificationPath))
            }
        }

        private func cause(ownFix: String?, at place: Finding.Place, path: String) -> AdmissionResponse.Status.Cause {
            var head = MessageText()
            head += word
            let message =
                switch failure {
                case .rule(let failed):
                    // By index, since passing an entry copies all texts of its rule.
                    DenialCauses.message(
                        head,
                        ownFix ?? failed.ruleset.entries[failed.index].rule.fix,
                        failed.fixClass(at: place, in: subject)
                    )
                case .check(let found): DenialCauses.message(head, ownFix ?? found.fix, found.fixClass(at: place, in: subject))
                case nil: word
                }
            return AdmissionResponse.Status.Cause(reason: id, message: message, field: DisplayText.oneLine(path, byteLimit: 256))
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
