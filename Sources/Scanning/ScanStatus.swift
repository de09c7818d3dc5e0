package import Reports

extension ScanTally {
    /// The status with which a scan ends: the worst of all documents.
    ///
    /// Broken input beats what is refused. Among the documents that count as in kubesec it is an error, with its status 1, only where the text
    /// can't be parsed; an object that is not valid scores 0, which is refused with 2.
    ///
    /// `refused` is the status for what is refused, where somebody has asked for another one.
    package func status(refused asked: Int32? = nil) -> Int32 {
        if broken > brokenInKubesec { return OwnStatus.broken }
        if brokenInKubesec > brokenAsScoringZero { return KubesecStatus.error }
        if failedInKubesec + brokenAsScoringZero > 0 { return asked ?? KubesecStatus.failed }
        return refused > 0 ? asked ?? OwnStatus.refused : 0
    }
}

/// The statuses with which a scan ends where kubesec's do not count, as every command does.
private enum OwnStatus {
    /// An object that is refused.
    static let refused: Int32 = 1
    /// Input that cannot be read or is invalid.
    static let broken: Int32 = 2
}

/// The statuses with which kubesec ends.
///
/// Source: <https://github.com/controlplaneio/kubesec/blob/a59caad/cmd/scan.go>
private enum KubesecStatus {
    /// A file that can't be read or parsed.
    static let error: Int32 = 1
    /// An object that scores 0 or less.
    static let failed: Int32 = 2
}
