namespace Microsoft.ML.Trainers;

/// <summary>What a trainer learned.</summary>
/// <typeparam name="TOutput">What it computes from features.</typeparam>
public abstract class ModelParametersBase<TOutput> : ICanSaveModel
{
    private protected ModelParametersBase()
    {
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        SaveModel(ctx);
    }

    private protected abstract void SaveModel(ModelSaveContext ctx);
}
