import AdmissionPolicy
import KubernetesAPI

/// The content of a status of a policy or waiver, without the times.
struct ObjectFindings: Sendable, Equatable {
    /// A condition that is met or not; `nil` if that is not known.
    struct Finding: Sendable, Equatable {
        /// The type, such as `Ready`.
        let type: String
        /// Whether it is met.
        let isMet: Bool?
        /// The reason in one word.
        let reason: String
        /// The reason in sentences.
        let message: String
    }

    /// Why an object is in force, or is not.
    enum State: Sendable, Equatable {
        /// The object is in force; the warnings for its author.
        case inForce(warnings: [String])
        /// The newest version is invalid.
        case rejected(ObjectRejection)
        /// The object is valid, and another policy or waiver is in force in its place.
        case outranked(ObjectConflict)
        /// The waiver's last day is past.
        case expired(CivilDate)
    }

    /// The findings; each type is there once, and an object of a kind always has the same types.
    ///
    /// So a condition never has to be removed, which would fail if another writer owns it too.
    let conditions: [Finding]
    /// The Namespaces to which the object applies: `nil` if it applies to none because of its state.
    let namespaces: MatchedNamespaces?
    /// Whether the Namespaces could not be found out, so that those of the stored status stay.
    let keepsNamespaces: Bool

    /// The findings about an object.
    ///
    /// - Parameters:
    ///   - identity: the newest version of the object.
    ///   - state: why it is in force or not.
    ///   - lastDay: the last day of a valid waiver; `nil` for a policy, and for an invalid waiver.
    ///   - today: the day, in UTC.
    ///   - namespaces: the Namespaces to which an object in force applies; `nil` if they are not known.
    init(
        of identity: PolicyObject.Identity,
        _ state: State,
        lastDay: CivilDate?,
        on today: CivilDate,
        namespaces: MatchedNamespaces?
    ) {
        let isReady = if case .inForce = state { true } else { false }
        var conditions = [
            Finding(type: "Ready", isMet: isReady, reason: state.reason, message: state.message(generation: identity.generation)),
            // By this condition tools that wait for a healthy object give up: nothing changes until somebody acts.
            // Source: <https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md>
            Finding(type: "Stalled", isMet: !isReady, reason: state.reason, message: isReady ? "" : "see condition Ready"),
        ]
        if identity.kind == .waiver { conditions.append(Self.expiry(lastDay, on: today)) }
        self.conditions = conditions
        self.namespaces = isReady ? namespaces : nil
        keepsNamespaces = isReady && namespaces == nil
    }

    private static func expiry(_ lastDay: CivilDate?, on today: CivilDate) -> Finding {
        guard let lastDay else { return Finding(type: "Expired", isMet: nil, reason: "Invalid", message: "see condition Ready") }
        let isPast = lastDay < today
        return Finding(
            type: "Expired",
            isMet: isPast,
            reason: isPast ? "LastDayPast" : "LastDayAhead",
            message: "the last day is \(lastDay), in UTC"
        )
    }

    /// The status with these findings.
    ///
    /// - Parameters:
    ///   - generation: the generation of the object that they are about.
    ///   - stored: the status that is stored; a condition that it has already keeps the time of its last change.
    ///   - time: the time of conditions that change, such as `2026-11-28T08:09:37Z`.
    /// - Returns: the status to store.
    func status(of generation: Int64, after stored: ObjectStatus, at time: String) -> ObjectStatus {
        var status = ObjectStatus()
        status.observedGeneration = generation
        status.namespaces = keepsNamespaces && stored.observedGeneration == generation ? stored.namespaces : namespaces
        status.conditions = conditions.map { finding in
            let word = finding.isMet.map { $0 ? "True" : "False" } ?? "Unknown"
            let old = stored[finding.type].flatMap { $0.status == word && !$0.lastTransitionTime.isEmpty ? $0 : nil }
            return ObjectStatus.Condition(
                type: finding.type,
                status: word,
                reason: finding.reason,
                message: finding.message,
                observedGeneration: generation,
                lastTransitionTime: old?.lastTransitionTime ?? time
            )
        }
        return status
    }
}

extension ObjectFindings.State {
    /// The reason of the condition `Ready`.
    fileprivate var reason: String {
        switch self {
        case .inForce: "InForce"
        case .rejected(let rejection): rejection.hasOnlyUnknownFields ? "UnknownFields" : "Invalid"
        case .outranked(let conflict): conflict.isWithFiles ? "OverriddenByFile" : "Conflict"
        case .expired: "Expired"
        }
    }

    /// The message of the condition `Ready`: one line for each thing to say, at most as long as the API allows.
    fileprivate func message(generation: Int64) -> String {
        let lines: [String] =
            switch self {
            case .inForce(let warnings): ["in force"] + warnings.map { "warning: \($0)" }
            case .rejected(let rejection): Self.lines(of: rejection, generation)
            case .outranked(let conflict): ["not in force: \(conflict)", "It takes effect as soon as the conflict is gone."]
            case .expired(let lastDay): ["\(WaiverProblem.hasExpired(on: lastDay))"]
            }
        // The last line is short, and must not be cut off.
        let (first, last) = (lines.dropLast().joined(separator: "\n"), lines.last ?? "")
        let room = max(0, PolicySchema.conditionMessageLimit - last.utf8.count - 1)
        let text = first.isEmpty ? last : DisplayText.truncated(first, byteLimit: room) + "\n" + last
        return DisplayText.truncated(text, byteLimit: PolicySchema.conditionMessageLimit)
    }

    /// The errors of the newest version, and what is in force.
    ///
    /// Each server keeps the last valid version that it has read. Nobody else knows which one that is, so the line depends on the object
    /// alone, and every controller writes the same.
    private static func lines(of rejection: ObjectRejection, _ generation: Int64) -> [String] {
        let remedy =
            rejection.hasOnlyUnknownFields ? ["This version of Podscore does not know these fields; upgrade it or remove them."] : []
        let inForce =
            generation > 1
            ? "If an earlier version was valid, it stays in force on each server that has read it, until the server restarts."
            : "No version of the object is in force."
        return rejection.lines + remedy + [inForce]
    }
}

extension ObjectConflict {
    /// Whether the other policy or waiver is one of a file.
    fileprivate var isWithFiles: Bool {
        switch self {
        case .name(let owner), .pattern(_, _, let owner), .globs(_, _, _, let owner), .selector(_, _, let owner): owner == .files
        case .tooManyGlobs, .tooManySelectors: false
        }
    }
}
