namespace Microsoft.ML;

/// <summary>Something that can be saved in a model.</summary>
public interface ICanSaveModel
{
    /// <summary>Writes all that is needed to load it again.</summary>
    void Save(ModelSaveContext ctx);
}
