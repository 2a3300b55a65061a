namespace TorchSharp.Modules;

/// <summary>Parameters that share their options.</summary>
public class ParamGroup : torch.optim.ILearningRateController
{
    private Parameter[] _parameters = [];

    /// <summary>The parameters.</summary>
    public IEnumerable<Parameter> Parameters
    {
        get => _parameters;
        set => _parameters = value.ToArray();
    }

    /// <summary>The options.</summary>
    public OptimizerOptions Options { get; set; } = null!;

    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate
    {
        get => Options.LearningRate!.Value;
        set => Options.LearningRate = value;
    }

    /// <summary>The learning rate that schedulers start from.</summary>
    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}
