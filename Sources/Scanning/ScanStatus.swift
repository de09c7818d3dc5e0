package import Reports

extension ScanTally {
    /// The exit status of a scan, which is the worst status of all documents.
    ///
    /// Invalid input takes precedence over failures, and so do warnings in a strict scan. As in kubesec, a text that cannot be parsed is an
    /// error with status 1, and an invalid object scores 0, which fails with status 2.
    ///
    /// - Parameters:
    ///   - asked: Replaces the status for failures.
    ///   - needsScore: Whether a scan in which nothing was scored is an error: a demand that was applied to nothing holds for nothing.
    /// - Returns: the status, 0 if everything passed.
    package func status(failed asked: Int32? = nil, needsScore: Bool = false) -> Int32 {
        if invalid > invalidInKubesec || failedForWarnings > 0 { return OwnStatus.invalid }
        if invalidInKubesec > invalidScoringZero { return KubesecStatus.error }
        if needsScore, judged == 0 { return OwnStatus.invalid }
        if failedInKubesec + invalidScoringZero > 0 { return asked ?? KubesecStatus.failed }
        return failed > 0 ? asked ?? OwnStatus.failed : 0
    }
}

/// The exit statuses of a scan that does not follow kubesec, as for all commands.
private enum OwnStatus {
    /// An object fails.
    static let failed: Int32 = 1
    /// Input cannot be read or is invalid, or a strict scan has a warning.
    static let invalid: Int32 = 2
}

/// The exit statuses of kubesec.
///
/// Source: <https://github.com/controlplaneio/kubesec/blob/a59caad/cmd/scan.go>
private enum KubesecStatus {
    /// A file cannot be read or parsed.
    static let error: Int32 = 1
    /// An object scores 0 or less.
    static let failed: Int32 = 2
}
