import PodScoring
import Testing

extension Rule: CustomTestStringConvertible {
    /// The id, for the names of test cases.
    package var testDescription: String { id }
}

extension Ruleset: CustomTestStringConvertible {
    /// The name, for the names of test cases.
    package var testDescription: String { name }
}
