import AdmissionPolicy
import Platform

/// The errors of rejected policies for readers who may not see the names of users, which an error can quote.
extension RejectedFiles {
    /// The same rejection, in which each error is only the file and the position; an error without a position has neither.
    var withoutErrorTexts: RejectedFiles {
        RejectedFiles(problems.map { .init(at: $0.place, "the error is shown only on loopback") }, sha256: sha256)
    }
}

extension Origin {
    /// The same origin without the texts of errors.
    var withoutErrorTexts: Origin {
        var origin = self
        origin.rejection = rejection.map { Rejection(time: $0.time, files: $0.files.withoutErrorTexts) }
        return origin
    }
}

extension ObjectRejection {
    /// The errors, or one fixed sentence for readers who may not see the names of users.
    func lines(namesUsers: Bool) -> [String] {
        namesUsers ? lines : ["the errors are shown only on loopback"]
    }
}
