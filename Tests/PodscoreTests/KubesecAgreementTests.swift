import Foundation
import PodScoring
import Reports
import Testing

@testable import podscore

/// `scan --ruleset kubesec/v2 --format json` against what kubesec itself said of the same files.
@Suite struct KubesecAgreementTests {
    /// One report of kubesec's JSON without the texts that are ours.
    struct Report: Decodable, Equatable {
        struct Scoring: Decodable, Equatable {
            struct Item: Decodable, Equatable {
                let id: String
                let selector: String
                let points: Int
            }

            let critical: [Item]?
            let passed: [Item]?
            let advise: [Item]?
        }

        let object: String
        let valid: Bool
        let message: String
        let score: Int
        let scoring: Scoring
    }

    /// What kubesec said of a file: its reports, or the error that kept it from any.
    struct Expectation: Decodable {
        struct Failure: Decodable {
            let error: String
        }

        let exitCode: Int32
        let reports: [Report]?

        private enum Key: CodingKey {
            case exitCode, reports
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            exitCode = try container.decode(Int32.self, forKey: .exitCode)
            reports = try? container.decode([Report].self, forKey: .reports)
            if reports == nil { _ = try container.decode(Failure.self, forKey: .reports) }
        }
    }

    /// The folder that stands beside the repository where the project is built; absent elsewhere.
    static let reference = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/kubesec-reference")

    /// The files that kubesec was given.
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: reference.appending(path: "input").path)) ?? [])
        .sorted()

    /// What kubesec said of a file.
    static func expectation(of name: String) throws -> Expectation {
        try JSONDecoder().decode(Expectation.self, from: Data(contentsOf: reference.appending(path: "expected/\(name).json")))
    }

    @Test(.enabled(if: !names.isEmpty, "kubesec's reference output is not here"), arguments: names.isEmpty ? [""] : names)
    func `A file is reported as kubesec reports it`(name: String) throws {
        let expected = try Self.expectation(of: name)
        let scan = ManifestScan(ruleset: .kubesecV2, policies: nil, defaultNamespace: "default")
        let documents = try scan.scan(Array(Data(contentsOf: Self.reference.appending(path: "input/\(name)"))), named: name)
        let reports = try JSONDecoder().decode([Report].self, from: Data(KubesecJSON.encode(documents)))
        #expect(ScanTally(of: documents).status() == expected.exitCode)
        if let wanted = expected.reports {
            #expect(reports == wanted)
        } else {
            #expect(reports.map(\.object) == ["Unknown"] && reports.map(\.valid) == [false])
        }
    }
}
