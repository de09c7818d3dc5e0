package import Reports

extension ScanTally {
    /// The exit status of a scan, which is the worst status of all documents.
    ///
    /// Invalid input takes precedence over failures. As in kubesec, a text that cannot be parsed is an error with status 1, and an invalid
    /// object scores 0, which fails with status 2.
    ///
    /// `failed` replaces the status for failures.
    package func status(failed asked: Int32? = nil) -> Int32 {
        if invalid > invalidInKubesec { return OwnStatus.invalid }
        if invalidInKubesec > invalidScoringZero { return KubesecStatus.error }
        if failedInKubesec + invalidScoringZero > 0 { return asked ?? KubesecStatus.failed }
        return failed > 0 ? asked ?? OwnStatus.failed : 0
    }
}

/// The exit statuses of a scan that does not follow kubesec, as for all commands.
private enum OwnStatus {
    /// An object fails.
    static let failed: Int32 = 1
    /// Input cannot be read or is invalid.
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
