namespace Microsoft.ML;

/// <summary>
/// Declares a class that a model file can name. It is made by its static method <c>Create(IHostEnvironment, ModelLoadContext)</c>, or by
/// such a constructor, public or not.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableClassAttribute : LoadableClassAttributeBase
{
    /// <summary>Declares a class that makes itself.</summary>
    /// <param name="instType">The class.</param>
    /// <param name="argType">Unused in model files: null.</param>
    /// <param name="sigType"><see cref="SignatureLoadModel"/>.</param>
    /// <param name="userName">A name for people.</param>
    /// <param name="loadNames">The loader signatures that model files name it by.</param>
    public LoadableClassAttribute(Type instType, Type? argType, Type sigType, string userName, params string[] loadNames)
        : this(instType, instType, argType, sigType, userName, loadNames)
    {
    }

    /// <summary>Declares a class that another type makes: how a generic class is loaded.</summary>
    /// <param name="instType">The class.</param>
    /// <param name="loaderType">The type with the static method Create.</param>
    /// <param name="argType">Unused in model files: null.</param>
    /// <param name="sigType"><see cref="SignatureLoadModel"/>.</param>
    /// <param name="userName">A name for people.</param>
    /// <param name="loadNames">The loader signatures that model files name it by.</param>
    public LoadableClassAttribute(Type instType, Type loaderType, Type? argType, Type sigType, string userName, params string[] loadNames)
        : base(instType, loaderType, argType is null ? [] : [argType], sigType, userName, loadNames)
    {
    }
}
