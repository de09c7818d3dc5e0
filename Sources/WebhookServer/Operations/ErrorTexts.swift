import AdmissionPolicy
import Platform

/// The errors of rejected policies for readers who may not see the names of users, which an error can quote.
extension RejectedFiles {
    /// The same rejection, in which each error is only the file and the position; an error without a position has neither.
    var withoutErrorTexts: RejectedFiles {
        let hidden = "the error is shown only on loopback"
        return RejectedFiles(lines: lines.map { line in Self.place(of: line).map { "\($0): \(hidden)" } ?? hidden }, sha256: sha256)
    }

    /// Finds the `FILE:LINE:COLUMN` with which a line begins; `nil` without one.
    private static func place(of line: String) -> String? {
        let parts = line.split(separator: ":", omittingEmptySubsequences: false)
        for index in parts.indices.dropLast(3) where index > 0 || !parts[index].isEmpty {
            guard isNumber(parts[index + 1]), isNumber(parts[index + 2]), parts[index + 3].first == " " else { continue }
            return parts[...(index + 2)].joined(separator: ":")
        }
        return nil
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
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
