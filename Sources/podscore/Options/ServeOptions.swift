import AdmissionPolicy
import ArgumentParser
import Logging
import Platform
import WebhookServer

/// Where the server listens and with which certificate.
struct ListeningOptions: ParsableArguments {
    @Option(name: .long, help: "The address to listen on.")
    var host = "0.0.0.0"

    @Option(name: .long, help: "The port for the API server; 0 takes a free one.")
    var port = 8443

    @Option(name: .long, help: "The plain port for health, policy and metrics; 0 takes a free one.")
    var opsPort = 8080

    @Option(name: .long, help: "The PEM file with the serving certificate and its chain.", completion: .file())
    var tlsCert: String

    @Option(name: .long, help: "The PEM file with the certificate's private key.", completion: .file())
    var tlsKey: String

    @OptionGroup var clients: ClientOptions

    /// Refuses ports that do not exist.
    func validate() throws {
        for (name, port) in [("--port", port), ("--ops-port", opsPort)] where !(0...65535).contains(port) {
            throw ValidationError("\(name) must be between 0 and 65535, not \(port)")
        }
    }
}

/// By what the server decides and where it records it.
struct DecidingOptions: ParsableArguments {
    @Option(name: .long, help: "The ScorePolicy documents in this file or directory (default: the built-in policy).", completion: .file())
    var policy: String?

    @Option(name: .long, help: "The most that may happen, whatever the policy says: enforce, warn or audit.")
    var mode = EnforcementMode.enforce

    @Option(name: .long, help: "Podscore's own namespace, which globs in policies never match.")
    var ownNamespace = ""

    @Option(
        name: .long,
        help: "The file to which decisions are appended, a JSON line each (default: standard output).",
        completion: .file()
    )
    var decisionLog: String?
}

/// What of the requests is kept for `podscore policy diff`.
struct RecordingOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Keep a sample of the requests in this directory, for podscore policy diff: what rules read of them, with names of users and images.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var record: String?

    @Option(name: .long, help: "The most files in that directory.")
    var recordMaxFiles = 2_000

    @Option(name: .long, help: "The most bytes in that directory.")
    var recordMaxBytes = 64 * 1024 * 1024

    /// Refuses limits under which nothing could be recorded.
    func validate() throws {
        guard recordMaxFiles > 0 else { throw ValidationError("--record-max-files must be at least 1, not \(recordMaxFiles)") }
        guard recordMaxBytes >= 256 * 1024 else {
            throw ValidationError("--record-max-bytes must be at least 262144, the largest record, not \(recordMaxBytes)")
        }
    }

    /// Opens the directory; `nil` where nothing is to be recorded.
    func recorder(under policies: PolicySet, logger: Logger) throws -> RequestRecorder? {
        guard let record else { return nil }
        var limits = RequestRecorder.Limits()
        limits.fileLimit = recordMaxFiles
        limits.byteLimit = recordMaxBytes
        let directory: PrivateDirectory
        do throws(PrivateDirectory.Refusal) {
            directory = try PrivateDirectory(at: record)
        } catch {
            throw CommandFailure("cannot record: \(error)")
        }
        do throws(FileError) {
            let recorder = try RequestRecorder(to: directory, limits: limits, policies: policies, logger: logger)
            logger.info("recording a sample of the requests in \(record)")
            return recorder
        } catch {
            throw CommandFailure("cannot record: \(error)")
        }
    }
}

/// What clients may ask of the server.
struct LimitOptions: ParsableArguments {
    @Option(name: .long, help: "Complete requests not yet answered; one more gets 503 with Retry-After.")
    var maxInFlight = 256

    @Option(name: .long, help: "Open connections; over that, idle ones are closed, first those that never sent a request.")
    var maxConnections = 768

    @Option(name: .long, help: "Bytes of request bodies held at once, for all clients together; over that, slow ones are closed.")
    var maxBufferedBytes = 64 * 1024 * 1024

    @Option(name: .long, help: "Seconds to serve on after SIGTERM, until the cluster has learned that no request should come.")
    var drainDelay = 5

    @Option(name: .long, help: "Seconds between two looks at the files of policies and certificates.")
    var watchInterval = 1.0

    @Option(name: .long, help: "Threads that serve (default: one a core).")
    var threads: Int?

    /// Refuses limits by which nothing could be served.
    func validate() throws {
        try LimitCheck.maxInFlight(maxInFlight)
        try LimitCheck.maxConnections(maxConnections)
        try LimitCheck.maxBufferedBytes(maxBufferedBytes)
        try LimitCheck.drainDelay(drainDelay)
        try LimitCheck.watchInterval(watchInterval)
        try LimitCheck.threads(threads)
    }
}
