import Foundation
import Testing

/// One line of the acceptance table: a recorded request, a policy, and the expected answer.
struct AcceptanceRow: Codable, Sendable, CustomTestStringConvertible {
    /// A rule that fails, with the containers that violate it.
    struct FailedRule: Codable, Sendable {
        let id: String
        let containers: [String]
    }

    let file: String
    let policy: String
    let status: Int
    let allowed: Bool
    let decision: String
    let score: Int?
    let bestPossibleScore: Int?
    let violations: [String]
    let failedRules: [FailedRule]
    let warnings: Int

    var testDescription: String { "\(file) under \(policy)" }
}

/// The acceptance table and its inputs.
enum Acceptance {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Acceptance")

    static let rows: [AcceptanceRow] = {
        do {
            return try JSONDecoder().decode([AcceptanceRow].self, from: Data(contentsOf: folder.appending(path: "expected.json")))
        } catch {
            preconditionFailure("expected.json cannot be read: \(error)")
        }
    }()

    static let policies = Array(Set(rows.map(\.policy))).sorted()

    static func policyPath(_ name: String) -> String {
        folder.appending(path: "policies/\(name).yaml").path
    }

    static func review(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: "reviews/\(file)")))
    }
}
