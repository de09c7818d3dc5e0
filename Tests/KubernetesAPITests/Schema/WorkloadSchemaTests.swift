import Testing

@testable import KubernetesAPI

/// The table of the fields of workloads.
@Suite struct WorkloadSchemaTests {
    private let schema = WorkloadSchema.kubernetes

    @Test(arguments: WorkloadKind.allCases) func `Every kind of workload leads to a Pod spec`(kind: WorkloadKind) throws {
        let paths: [WorkloadKind: [String]] = [
            .pod: ["spec"], .podTemplate: ["template", "spec"], .cronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
        ]
        var number = try #require(schema.number(ofType: kind.rawValue))
        for step in paths[kind] ?? ["spec", "template", "spec"] { number = try #require(type(of: step, in: number), "\(step)") }
        #expect(schema.types[number].name == "PodSpec")
    }

    @Test func `Each field of a type is found by its name, and no other name is`() {
        for type in schema.types {
            for (number, name) in type.fieldNames.enumerated() {
                let bytes = Array(name.utf8)
                #expect(type.numbers.field(named: KeyBytes(of: bytes.span), bytes.span).map(Int.init) == number, "\(type.name).\(name)")
                let wrong = Array("\(name)X".utf8)
                #expect(type.numbers.field(named: KeyBytes(of: wrong.span), wrong.span) == nil)
            }
        }
        #expect(schema.types.map(\.fieldNames.count).reduce(0, +) > 600)
    }

    @Test func `Every type that a field names is in the table`() {
        let words = WorkloadFields.text.split { $0 == " " || $0 == "\n" }
        let missing = words.compactMap { $0.split(separator: "=").dropFirst().first }.filter { schema.number(ofType: String($0)) == nil }
        #expect(missing.isEmpty, "\(missing)")
    }

    /// The number of the type of a field.
    private func type(of field: String, in number: Int) -> Int? {
        let type = schema.types[number]
        guard let index = type.fieldNames.firstIndex(of: field), case .objects(let number) = type.contents[index] else { return nil }
        return number
    }
}
