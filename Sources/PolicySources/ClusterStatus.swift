package import Cluster

/// How far the policies in force are in step with a cluster, for pages and metrics.
package struct ClusterStatus: Sendable, Equatable {
    /// One resource that is followed.
    package struct Resource: Sendable, Equatable {
        /// The name, such as `scorepolicies`.
        package let name: String
        /// Whether all objects were listed at least once.
        package private(set) var isSynced = false
        /// Whether the resource is not installed.
        package private(set) var isAbsent = false
        /// The complete lists since the start.
        package private(set) var listCount = 0
        /// The failed requests since the start.
        package private(set) var failureCount = 0
        /// The latest failure with what to do; `nil` while all goes well.
        package private(set) var problem: String?
        /// The objects, rejected ones among them.
        package private(set) var objectCount = 0
        /// How long ago the API server sent anything; the time since the start if it never did.
        package private(set) var age = Duration.zero

        private var heardAt: ContinuousClock.Instant

        /// A resource that was not listed yet.
        init(_ resource: APIResource, since start: ContinuousClock.Instant) {
            name = resource.plural
            heardAt = start
        }

        /// Takes the result of a step; returns the events for the log.
        mutating func take(_ notes: [ReflectorNote], problem: String?, progress: ReflectorProgress) -> [ClusterEvent.Kind] {
            // A kind that is listed again with other parts of its objects was listed before.
            isSynced = isSynced || progress.isSynced
            isAbsent = progress.isAbsent
            for note in notes {
                switch note {
                case .listed: listCount += 1
                case .failed: failureCount += 1
                default: break
                }
            }
            if let heardAt = progress.heardAt { self.heardAt = max(heardAt, self.heardAt) }
            let isRepeated = problem != nil && problem == self.problem
            let events = notes.map { ClusterEvent.Kind.note($0, problem: problem, isRepeated: isRepeated) }
            if let problem {
                self.problem = problem
                return events
            }
            guard self.problem != nil, progress.isWatching else { return events }
            self.problem = nil
            return events + [.answersAgain]
        }

        /// The same at a time.
        func aged(to now: ContinuousClock.Instant, _ objectCount: Int) -> Self {
            var aged = self
            aged.age = now - heardAt
            aged.objectCount = objectCount
            return aged
        }
    }

    /// The API server.
    package let server: String
    /// Whether the objects of the cluster were put in force once, or a resource is not installed, and the Namespaces were known once.
    ///
    /// Before that the server is not ready. Afterwards it stays ready, whatever happens to the API server.
    package let isSettled: Bool
    /// The resources, in a fixed order.
    package let resources: [Resource]
}

/// An event of a resource that is followed, for the log.
package struct ClusterEvent: Sendable, Equatable {
    /// The kinds of events.
    package enum Kind: Sendable, Equatable {
        /// An event of the watch.
        ///
        /// `problem` is the line for a failure, which `isRepeated` if the one before it has the same line.
        case note(ReflectorNote, problem: String?, isRepeated: Bool)
        /// Requests succeed again after a failure.
        case answersAgain
    }

    /// The resource.
    package let resource: APIResource
    /// The event.
    package let kind: Kind

    /// An event of a resource.
    package init(resource: APIResource, kind: Kind) {
        self.resource = resource
        self.kind = kind
    }
}
