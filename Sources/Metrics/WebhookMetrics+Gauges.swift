extension WebhookMetrics {
    /// What others know at the moment the page is written.
    package struct Gauges: Sendable {
        /// The last day of a waiver.
        package struct WaiverExpiry: Sendable {
            /// The waiver's name.
            package let waiver: String
            /// Who answers for it.
            package let owner: String
            /// When it is over, in seconds since 1970-01-01 UTC.
            package let seconds: Int64

            /// Says when a waiver ends.
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
            /// When that is, in seconds since 1970-01-01 UTC.
            package let seconds: Int64

            /// Says when a minimum rises.
            package init(policy: String, minimumScore: Int, seconds: Int64) {
                self.policy = policy
                self.minimumScore = minimumScore
                self.seconds = seconds
            }
        }

        /// What the system knows of the process.
        package struct Process: Sendable {
            /// Its start, in seconds since 1970-01-01 UTC.
            package var startSeconds = 0.0
            /// The time that it computed, in seconds.
            package var cpuSeconds = 0.0
            /// The memory that it holds, in bytes.
            package var residentBytes: Int64 = 0
            /// Open file descriptors.
            package var openDescriptors = 0
            /// The most that may be open; `nil` without a limit.
            package var descriptorLimit: Int64?

            /// Begins with zeros.
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
        /// Lines of the decision log that were not written.
        package var droppedLogLines = 0
        /// Lines that the server said about itself and that were not written.
        package var droppedMessageLines = 0
        /// Requests that the recorder wrote.
        package var writtenRecords = 0
        /// Requests that the recorder could not write.
        package var droppedRecords = 0
        /// Policies in force.
        package var policyCount = 0
        /// Steps of policies' ramps; those that come first are shown.
        package var rampSteps: [RampStep] = []
        /// Waivers; those that end first are shown.
        package var waiverExpiries: [WaiverExpiry] = []
        /// The end of the served certificate's validity, in seconds since 1970-01-01 UTC; `nil` without one.
        package var certificateExpiry: Int64?
        /// The program's version.
        package var version = ""
        /// `nil` where the system does not say.
        package var process: Process?

        /// Begins with zeros.
        package init() {}
    }
}
