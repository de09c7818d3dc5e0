/// Divides the file descriptors of the process among connections, probes and files.
struct DescriptorBudget: Equatable {
    /// Descriptors reserved for files: policies, certificates, records, logs and the event loops.
    static let fileCount = 64
    /// The number of connections on the plain port.
    static let operationsCount = 64

    /// The number of connections on the main port.
    let connections: Int
    /// The number of connections on the plain port.
    let operationsConnections: Int
    /// The warning if there are fewer connections than requested; `nil` otherwise.
    let warning: String?

    /// Divides a limit, where `nil` is unlimited; files and probes get at most half of it.
    init(limit: Int?, maxConnections: Int) {
        let limit = limit ?? .max
        let kept = min(Self.fileCount + Self.operationsCount, limit / 2)
        connections = max(1, min(maxConnections, limit - kept))
        operationsConnections = max(1, min(Self.operationsCount, kept / 2))
        warning =
            connections < maxConnections
            ? "only \(limit) open files are allowed: serving at most \(connections) connections instead of --max-connections \(maxConnections)"
            : nil
    }
}
