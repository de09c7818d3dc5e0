import AdmissionPolicy
import ArgumentParser
import Logging
import Platform
import WebhookServer

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
