extension WebhookMetrics {
    /// Values that other parts of the server know when the page is written.
    package struct Gauges: Sendable {
        /// The last day of a waiver.
        package struct WaiverExpiry: Sendable {
            /// The waiver's name.
            package let waiver: String
            /// The waiver's owner.
            package let owner: String
            /// The end of the waiver, in seconds since 1970-01-01 UTC.
            package let seconds: Int64

            /// The end of a waiver.
            package init(waiver: String, owner: String, seconds: Int64) {
                self.waiver = waiver
                self.owner = owner
                self.seconds = seconds
            }
        }

        /// One step of a policy's ramp.
        package struct RampStep: Sendable {
            /// The policy's name.
            package let policy: String
            /// The minimum from then on.
            package let minimumScore: Int
            /// The time of the step, in seconds since 1970-01-01 UTC.
            package let seconds: Int64

            /// A step of a ramp.
            package init(policy: String, minimumScore: Int, seconds: Int64) {
                self.policy = policy
                self.minimumScore = minimumScore
                self.seconds = seconds
            }
        }

        /// The state of one resource of a cluster that is followed.
        package struct ClusterResource: Sendable {
            /// The name of the resource, such as `scorepolicies`.
            package let resource: String
            /// How long ago the API server sent anything, in seconds.
            package var ageSeconds = 0.0
            /// Whether the resource is not installed.
            package var isAbsent = false
            /// Complete lists.
            package var listCount = 0
            /// Failed requests.
            package var failureCount = 0
            /// Objects, rejected ones among them.
            package var objectCount = 0
            /// Objects whose newest version is not valid.
            package var rejectedCount = 0
            /// Valid objects that are not in force.
            package var notInForceCount = 0

            /// A resource of which nothing is known.
            package init(resource: String) {
                self.resource = resource
            }
        }

        /// The system's facts about the process.
        package struct Process: Sendable {
            /// Its start, in seconds since 1970-01-01 UTC.
            package var startSeconds = 0.0
            /// Its CPU time, in seconds.
            package var cpuSeconds = 0.0
            /// Its resident memory, in bytes.
            package var residentBytes: Int64 = 0
            /// Open file descriptors.
            package var openDescriptors = 0
            /// The limit of open file descriptors; `nil` without one.
            package var descriptorLimit: Int64?

            /// Starts with zeros.
            package init() {}
        }

        /// Answers by their status codes.
        package var responses: [(code: Int, count: Int)] = []
        /// Complete requests whose answer is not in the socket yet.
        package var inFlight = 0
        /// Bytes of request bodies held.
        package var bufferedBytes = 0
        /// Open connections of the webhook's port.
        package var connections = 0
        /// Connections that the server closed, by the label of the reason.
        package var closedConnections: [(reason: String, count: Int)] = []
        /// TLS handshakes that failed, by the label of the reason.
        package var handshakeFailures: [(reason: String, count: Int)] = []
        /// Dropped lines of the decision log.
        package var droppedLogLines = 0
        /// Dropped lines of the server's own log.
        package var droppedMessageLines = 0
        /// Requests that the recorder wrote.
        package var writtenRecords = 0
        /// Chosen requests that the recorder could not write.
        package var droppedRecords = 0
        /// Policies in force.
        package var policyCount = 0
        /// Steps of policies' ramps; the earliest are shown.
        package var rampSteps: [RampStep] = []
        /// Waivers; the ones that end first are shown.
        package var waiverExpiries: [WaiverExpiry] = []
        /// The resources of a cluster that are followed; empty without a cluster.
        package var cluster: [ClusterResource] = []
        /// The end of the served certificate's validity, in seconds since 1970-01-01 UTC; `nil` without one.
        package var certificateExpiry: Int64?
        /// The program's version.
        package var version = ""
        /// The process; `nil` if the system does not tell.
        package var process: Process?

        /// Starts with zeros.
        package init() {}
    }
}
