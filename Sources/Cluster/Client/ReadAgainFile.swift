import Platform

/// A file whose content is kept for a while and then read again, because Kubernetes replaces tokens and authorities.
///
/// The path is opened each time: in a mounted Secret it leads through a link that is swapped.
struct ReadAgainFile: Sendable {
    /// How long a content is used before the file is read again.
    ///
    /// As in client-go, which reads 10 s before a minute is over:
    /// <https://github.com/kubernetes/client-go/blob/v0.34.0/transport/token_source.go#L69-L170>
    static let period = Duration.seconds(50)

    /// The path.
    let path: String
    private var content: [UInt8]?
    private var readAt: ContinuousClock.Instant?

    /// A file that was not read yet.
    init(_ path: String) {
        self.path = path
    }

    /// The content, not older than the period unless the file can't be read now; then the last content stays.
    mutating func content(
        at now: ContinuousClock.Instant,
        read: FileReader
    ) throws(CredentialProblem) -> [UInt8] {
        if let content, let readAt, now - readAt < Self.period { return content }
        let reason: String
        do throws(FileError) {
            let bytes = try read(path)
            if !ServiceAccount.trimmed(bytes).isEmpty {
                (content, readAt) = (bytes, now)
                return bytes
            }
            reason = "the file is empty"
        } catch {
            reason = error.reason
        }
        guard let content else { throw .file(path: path, reason: reason) }
        return content
    }

    /// Reads the file again next time, unless it was read after a moment, since then another request has rejected the old content.
    mutating func forget(readBefore moment: ContinuousClock.Instant) {
        if let readAt, readAt <= moment { self.readAt = nil }
    }
}
