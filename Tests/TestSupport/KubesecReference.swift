package import Foundation

/// What kubesec itself said of files.
package enum KubesecReference {
    /// One report of kubesec's JSON without the texts that are ours.
    package struct Report: Decodable, Equatable {
        package struct Scoring: Decodable, Equatable {
            package struct Item: Decodable, Equatable {
                package let id: String
                package let selector: String
                package let points: Int
            }

            package let critical: [Item]?
            package let passed: [Item]?
            package let advise: [Item]?
        }

        package let object: String
        package let valid: Bool
        package let message: String
        package let score: Int
        package let scoring: Scoring
    }

    /// What kubesec said of a file: its reports, or the error that kept it from any.
    package struct Expectation: Decodable {
        struct Failure: Decodable {
            let error: String
        }

        package let exitCode: Int32
        package let reports: [Report]?

        private enum Key: CodingKey {
            case exitCode, reports
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            exitCode = try container.decode(Int32.self, forKey: .exitCode)
            reports = try? container.decode([Report].self, forKey: .reports)
            if reports == nil { _ = try container.decode(Failure.self, forKey: .reports) }
        }
    }

    /// The folder that stands beside the repository where the project is built; absent elsewhere.
    package static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/kubesec-reference")

    /// The files that kubesec was given.
    package static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "input").path)) ?? [])
        .sorted()

    /// What kubesec said of a file.
    package static func expectation(of name: String) throws -> Expectation {
        try JSONDecoder().decode(Expectation.self, from: Data(contentsOf: folder.appending(path: "expected/\(name).json")))
    }
}
