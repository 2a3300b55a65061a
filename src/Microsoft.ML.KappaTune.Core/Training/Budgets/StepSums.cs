namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>What of the learning rates of some steps tells how far they move weights: each step of AdamW by about its rate.</summary>
/// <param name="Path">The sum of the rates.</param>
/// <param name="Squares">The sum of their squares.</param>
internal readonly record struct StepSums(double Path, double Squares)
{
    public static StepSums Of(IEnumerable<double> rates) => rates.Aggregate(default(StepSums), (sums, rate) => sums.Plus(rate));

    public StepSums Plus(double rate) => new(Path + rate, Squares + rate * rate);

    /// <summary>With further steps, at so many times their rates.</summary>
    public StepSums Plus(StepSums further, double times) => new(Path + times * further.Path, Squares + times * times * further.Squares);
}
