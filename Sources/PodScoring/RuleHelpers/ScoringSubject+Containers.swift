import KubernetesAPI

/// The containers to which a rule applies.
enum ContainerScope: Sendable {
    /// Init, regular and ephemeral containers.
    case all
    /// Only regular containers, as kubesec does for resources.
    case normal
    /// Init and regular containers, as kubesec did before ephemeral containers existed.
    case initAndNormal
    /// Regular containers and restartable init containers, which run and hold resources as long as the Pod does.
    case longRunning
}

extension ScoringSubject {
    /// Judges one container of the subject.
    ///
    /// Inlined into its loop, a judge that reads stored properties alone touches just those; one that calls something first copies the whole
    /// container, with all that it refers to.
    typealias Judge = (borrowing Container) -> ContainerVerdict
    /// Reads stored properties of one container.
    typealias Reading<Value> = (borrowing Container) -> Value

    /// Whether the Pod has no container of any kind.
    var hasNoContainer: Bool {
        pod.containers.isEmpty && pod.initContainers.isEmpty && pod.ephemeralContainers.isEmpty
    }

    /// Holds if there is a container and every container complies; the findings are the others.
    ///
    /// - Parameters:
    ///   - scope: The containers to which the rule applies.
    ///   - field: The field of the findings.
    ///   - isMetByPod: Whether the Pod complies for all of its containers.
    ///   - judge: Judges one container.
    /// - Returns: The outcome; without containers it fails without findings.
    @inline(__always)
    func everyContainer(
        in scope: ContainerScope = .all,
        _ field: Finding.Field,
        orPod isMetByPod: Bool = false,
        _ judge: Judge
    ) -> CheckOutcome {
        if isMetByPod { return hasNoContainer ? .fails([]) : .holds }
        var findings: [Finding] = []
        let survey = pod.survey(scope, field, asksEachAlone: asksEachAlone, reading: judge, { $0 }, &findings)
        return survey.hasContainer && findings.isEmpty ? .holds : .fails(findings)
    }

    /// The same for a judge that calls something: it gets only what it reads, so that the container is not copied for the call.
    @inline(__always)
    func everyContainer<Value>(
        in scope: ContainerScope = .all,
        _ field: Finding.Field,
        orPod isMetByPod: Bool = false,
        reading value: Reading<Value>,
        _ judge: (Value) -> ContainerVerdict
    ) -> CheckOutcome {
        if isMetByPod { return hasNoContainer ? .fails([]) : .holds }
        var findings: [Finding] = []
        let survey = pod.survey(scope, field, asksEachAlone: asksEachAlone, reading: value, judge, &findings)
        return survey.hasContainer && findings.isEmpty ? .holds : .fails(findings)
    }

    /// Holds if any container complies, as kubesec counts; otherwise the findings are all containers.
    @inline(__always)
    func anyContainer(
        in scope: ContainerScope = .all,
        _ field: Finding.Field,
        own texts: Finding.Texts? = nil,
        _ judge: Judge
    ) -> CheckOutcome {
        var findings: [Finding] = []
        let survey = pod.survey(scope, field, own: texts, asksEachAlone: asksEachAlone, reading: judge, { $0 }, &findings)
        let holds = asksEachAlone ? survey.hasContainer && findings.isEmpty : survey.anyMeets
        return holds ? .holds : .fails(findings)
    }

    /// Fails if any container violates the rule; a Pod without containers holds.
    @inline(__always)
    func noContainer(
        in scope: ContainerScope = .all,
        at field: Finding.Field,
        own texts: Finding.Texts? = nil,
        _ judge: Judge
    ) -> CheckOutcome {
        var findings: [Finding] = []
        _ = pod.survey(scope, field, own: texts, asksEachAlone: asksEachAlone, reading: judge, { $0 }, &findings)
        return CheckOutcome(findings: findings)
    }

    /// The same for a judge that calls something.
    @inline(__always)
    func noContainer<Value>(
        at field: Finding.Field,
        reading value: Reading<Value>,
        _ judge: (Value) -> ContainerVerdict
    ) -> CheckOutcome {
        var findings: [Finding] = []
        _ = pod.survey(.all, field, asksEachAlone: asksEachAlone, reading: value, judge, &findings)
        return CheckOutcome(findings: findings)
    }
}

extension PodSpec {
    /// Judges all containers of a scope and appends the violations in document order; one by the Pod's own value is one finding, the first.
    @inline(__always)
    fileprivate func survey<Value>(
        _ scope: ContainerScope,
        _ field: Finding.Field,
        own texts: Finding.Texts? = nil,
        asksEachAlone: Bool,
        reading value: ScoringSubject.Reading<Value>,
        _ judge: (Value) -> ContainerVerdict,
        _ findings: inout [Finding]
    ) -> Survey {
        var survey = Survey(containerCount: containerCount, asksEachAlone: asksEachAlone)
        // Spans lend their elements; an array would copy a container, with all that it refers to, wherever a judge is not inlined.
        if scope != .normal {
            let containers = initContainers.span
            for index in containers.indices where scope != .longRunning || containers[index].isRestartable {
                let value = value(containers[index])
                survey.note(judge(value), .initContainers, index, field, texts, &findings)
            }
        }
        let normal = containers.span
        for index in normal.indices {
            let value = value(normal[index])
            survey.note(judge(value), .containers, index, field, texts, &findings)
        }
        if scope == .all {
            let containers = ephemeralContainers.span
            for index in containers.indices {
                let value = value(containers[index])
                survey.note(judge(value), .ephemeralContainers, index, field, texts, &findings)
            }
        }
        survey.finish(field, texts, &findings)
        return survey
    }
}

/// The verdicts on the containers of a Pod.
private struct Survey {
    /// One finding in each container and one in the Pod.
    private let limit: Int
    private let asksEachAlone: Bool
    private(set) var hasContainer = false
    private(set) var anyMeets = false
    private var blamesPod = false
    private var violating = FoundContainers()

    init(containerCount: Int, asksEachAlone: Bool) {
        limit = containerCount + 1
        self.asksEachAlone = asksEachAlone
    }

    /// Notes the verdict on the next container.
    @inline(__always)
    mutating func note(
        _ verdict: ContainerVerdict,
        _ list: ContainerList,
        _ index: Int,
        _ field: Finding.Field,
        _ texts: Finding.Texts?,
        _ findings: inout [Finding]
    ) {
        hasContainer = true
        switch verdict {
        case .meets: anyMeets = true
        case .inheritsViolation where !asksEachAlone: blamesPod = true
        case .violates, .inheritsViolation:
            violating.insert(index, in: list, makingRoomIn: &findings, ofAtMost: limit, at: field, own: texts)
        }
    }

    /// Completes the findings after the last container.
    @inline(__always)
    mutating func finish(_ field: Finding.Field, _ texts: Finding.Texts?, _ findings: inout [Finding]) {
        if !violating.isEmpty { violating.move(to: &findings, ofAtMost: limit, at: field, own: texts) }
        if blamesPod { findings.insert(Finding(.pod, field, own: texts), at: 0) }
    }
}
