import Foundation
import KubernetesAPI
import PodScoring
import Testing
import YAML

/// Agreement with the cases of Kubernetes, which are in a folder beside the repository.
@Suite struct StandardFixtureTests {
    @Test(.enabled(if: !StandardFixture.all.isEmpty, "the cases of Pod Security Admission are not here"), arguments: StandardFixture.all)
    func `A case of Pod Security Admission has the same verdict as in Kubernetes`(fixture: StandardFixture) throws {
        let violations = try fixture.violations()
        if fixture.isToPass {
            #expect(violations.map(\.name) == [])
        } else {
            #expect(violations.contains { fixture.isNamed(for: $0.check) }, "\(violations.map(\.name))")
        }
    }
}

/// A Pod in `LEVEL/VERSION/pass` or `LEVEL/VERSION/fail`, in a file named for a check and numbered.
struct StandardFixture: Sendable, CustomTestStringConvertible {
    let level: String
    let version: String
    let verdict: String
    let file: String

    static let directory = TestFolder.repository.deletingLastPathComponent().appending(path: "shared/pod-security-fixtures")

    /// All files, sorted; empty if the directory is missing.
    static let all: [Self] = TestFolder.names(in: directory).flatMap { level in
        TestFolder.names(in: directory.appending(path: level)).flatMap { version in
            TestFolder.names(in: directory.appending(path: "\(level)/\(version)")).flatMap { verdict in
                TestFolder.names(in: directory.appending(path: "\(level)/\(version)/\(verdict)")).map { file in
                    Self(level: level, version: version, verdict: verdict, file: file)
                }
            }
        }
    }

    var testDescription: String { "\(level)/\(version)/\(verdict)/\(file)" }
    var isToPass: Bool { verdict == "pass" }

    /// The violations of the standard by the Pod.
    func violations() throws -> [StandardViolation] {
        let standard = try #require(PodSecurityStandard(parsing: "\(level)@\(version)"))
        let bytes = Array(try Data(contentsOf: Self.directory.appending(path: testDescription)))
        let documents = try YAMLStream(bytes).map { try $0.get() }
        let object = try KubernetesObject(from: try #require(documents.first))
        return standard.evaluate(ScoringSubject(object, context: .authored))
    }

    /// Returns whether the file is for a check, or for one that the check replaces at its level.
    func isNamed(for check: StandardCheck) -> Bool {
        let name = String(file.prefix { $0 != "." }.reversed().drop { $0.isNumber }.reversed())
        return [check.id, check.overriddenID].contains { $0?.lowercased() == name }
    }
}
