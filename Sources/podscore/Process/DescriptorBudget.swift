/// How the descriptors that the process may have are shared out among connections, probes and files.
struct DescriptorBudget: Equatable {
    /// Kept for files: policies, certificates, records, logs, what an event loop needs.
    static let fileCount = 64
    /// The connections of the plain port.
    static let operationsCount = 64

    /// The connections of the main port.
    let connections: Int
    /// The connections of the plain port.
    let operationsConnections: Int
    /// What to say when there are fewer than were asked for; `nil` otherwise.
    let warning: String?

    /// Shares out a limit, `nil` for none; files and probes get half of a small one at most.
    init(limit: Int?, maxConnections: Int) {
        let limit = limit ?? .max
        let kept = min(Self.fileCount + Self.operationsCount, limit / 2)
        connections = max(1, min(maxConnections, limit - kept))
        operationsConnections = max(1, min(Self.operationsCount, kept / 2))
        warning =
            connections < maxConnections
            ? "only \(limit) files may be open: at most \(connections) connections are served, not --max-connections \(maxConnections)"
            : nil
    }
}
