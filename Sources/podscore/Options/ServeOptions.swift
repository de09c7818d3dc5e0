import AdmissionPolicy
import ArgumentParser
import Logging
import Platform
import WebhookServer

/// The addresses and the certificate of the server.
struct ListeningOptions: ParsableArguments {
    @Option(name: .long, help: "The address to listen on.")
    var host = "0.0.0.0"

    @Option(name: .long, help: "The port for the API server; 0 picks a free one.")
    var port = 8443

    @Option(name: .long, help: "The plain port for health, policy and metrics; 0 picks a free one.")
    var opsPort = 8080

    @Option(name: .long, help: "The PEM file with the serving certificate and its chain.", completion: .file())
    var tlsCert: String

    @Option(name: .long, help: "The PEM file with the certificate's private key.", completion: .file())
    var tlsKey: String

    @OptionGroup var clients: ClientOptions

    /// Rejects port numbers that do not exist.
    func validate() throws {
        for (name, port) in [("--port", port), ("--ops-port", opsPort)] where !(0...65535).contains(port) {
            throw ValidationError("\(name) must be between 0 and 65535, not \(port)")
        }
    }
}

/// The policies of the server, and its log of decisions.
struct DecidingOptions: ParsableArguments {
    @Option(name: .long, help: "The file or directory with ScorePolicy documents (default: the built-in policy).", completion: .file())
    var policy: String?

    @Option(name: .long, help: "The strongest effect of any policy: enforce, warn or audit.")
    var mode = EnforcementMode.enforce

    @Option(name: .long, help: "Podscore's namespace, which globs in policies never match.")
    var ownNamespace = ""

    @OptionGroup var workloads: WorkloadOptions

    @Option(
        name: .long,
        help: "The file to which decisions are appended, one line of JSON each (default: standard output).",
        completion: .file()
    )
    var decisionLog: String?
}

/// The sample of requests that is kept for `podscore policy diff`.
struct RecordingOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Keep a sample of the requests in this directory for podscore policy diff: the fields that rules read, with names of users and images.",
            valueName: "directory"
        ),
        completion: .directory
    )
    var record: String?

    @Option(name: .long, help: "The maximum number of files in that directory.")
    var recordMaxFiles = 2_000

    @Option(name: .long, help: "The maximum number of bytes in that directory.")
    var recordMaxBytes = 64 * 1024 * 1024

    /// Rejects limits that are too small for one record.
    func validate() throws {
        guard recordMaxFiles > 0 else { throw ValidationError("--record-max-files must be at least 1, not \(recordMaxFiles)") }
        guard recordMaxBytes >= 256 * 1024 else {
            throw ValidationError("--record-max-bytes must be at least 262144, the largest record, not \(recordMaxBytes)")
        }
    }

    /// Opens the directory; `nil` without `--record`.
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
            logger.info("recording a sample of the requests in \(record)", metadata: ["directory": "\(record)"])
            return recorder
        } catch {
            throw CommandFailure("cannot record: \(error)")
        }
    }
}

/// The limits on clients and requests.
struct LimitOptions: ParsableArguments {
    @Option(name: .long, help: "Complete requests that wait for an answer; one more gets 503 with Retry-After.")
    var maxInFlight = 256

    @Option(name: .long, help: "Open connections; above that, idle ones are closed, first those without a request.")
    var maxConnections = 768

    @Option(name: .long, help: "Bytes of request bodies held at once for all clients together; above that, slow clients are closed.")
    var maxBufferedBytes = 64 * 1024 * 1024

    @Option(name: .long, help: "Seconds to keep serving after SIGTERM, until the cluster stops sending requests.")
    var drainDelay = 5

    @Option(name: .long, help: "Seconds between checks of the policy and certificate files.")
    var watchInterval = 1.0

    @Option(name: .long, help: "Server threads (default: one for each core).")
    var threads: Int?

    /// Rejects limits with which the server could not serve.
    func validate() throws {
        try LimitCheck.maxInFlight(maxInFlight)
        try LimitCheck.maxConnections(maxConnections)
        try LimitCheck.maxBufferedBytes(maxBufferedBytes)
        try LimitCheck.drainDelay(drainDelay)
        try LimitCheck.watchInterval(watchInterval)
        try LimitCheck.threads(threads)
    }
}
