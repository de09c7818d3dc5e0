import Testing

@testable import KubernetesAPI

@Suite struct QuantityTests {
    @Test(arguments: ["1", "100m", "0.5", ".5", "5.", "+1", "1Gi", "1k", "1Ki", "1E", "1e3", "1E-3", "2M", "1.5Gi", "10Ei", "7n", "7u"])
    func `A well-formed amount above zero is positive`(text: String) {
        #expect(Quantity(text).isPositive)
    }

    @Test(arguments: ["", "0", "0m", "0.0Gi", "-1", "m", "1x", "1 ", " 1", "1.2.3", "1e", "1K", "1mi", "1Gib", "e3", ".", "٣", "1e3m"])
    func `Every other text is not positive`(text: String) {
        #expect(!Quantity(text).isPositive)
    }
}
