package import Foundation

/// The recorded output of kubesec for a set of files.
package enum KubesecReference {
    /// One report of kubesec's JSON, without the texts that Podscore words itself.
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

    /// kubesec's output for a file: its reports, or the error instead.
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

    /// The folder with the recordings, beside the repository; most machines do not have it.
    package static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/kubesec-reference")

    /// The names of the files that kubesec scanned.
    package static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "input").path)) ?? [])
        .sorted()

    /// kubesec's output for a file.
    package static func expectation(of name: String) throws -> Expectation {
        try JSONDecoder().decode(Expectation.self, from: Data(contentsOf: folder.appending(path: "expected/\(name).json")))
    }
}
