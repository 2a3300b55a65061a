using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>A class that model files can name, and how it is made.</summary>
internal sealed class LoadableClass
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly MethodBase _factory;

    private LoadableClass(LoadableClassAttributeBase declaration, MethodBase factory)
    {
        Declaration = declaration;
        _factory = factory;
    }

    public LoadableClassAttributeBase Declaration { get; }

    /// <summary>Finds the static method Create or the constructor that loads the class; the public one where there are both.</summary>
    public static LoadableClass Bind(LoadableClassAttributeBase declaration)
    {
        Type[] parameters = [typeof(IHostEnvironment), typeof(ModelLoadContext), .. declaration.ExtraTypes];
        MethodInfo? create = declaration.LoaderType.GetMethod("Create", Any | BindingFlags.Static, parameters);
        if (create is not null && !Fits(create.ReturnType, declaration.InstanceType))
            create = null;
        ConstructorInfo? constructor = declaration.LoaderType == declaration.InstanceType
            ? declaration.InstanceType.GetConstructor(Any | BindingFlags.Instance, parameters)
            : null;
        if (create is not null && constructor is not null && create.IsPublic == constructor.IsPublic)
            throw new InvalidOperationException($"{declaration.LoaderType} has both a method Create and a constructor that could load it.");
        MethodBase? factory = create?.IsPublic == true || constructor is null ? create : constructor;
        return new LoadableClass(declaration, factory ?? throw new InvalidOperationException(
            $"{declaration.LoaderType} has neither a static method Create(IHostEnvironment, ModelLoadContext) nor such a constructor."));
    }

    /// <summary>Loads an object of the class.</summary>
    /// <exception cref="TargetInvocationException">It throws; what it threw is inside, as ML.NET has it.</exception>
    /// <exception cref="InvalidOperationException">It throws an exception of ML.NET's own; inside is the one above.</exception>
    public object Create(IHostEnvironment env, ModelLoadContext ctx, object[] extra)
    {
        object[] arguments = [env, ctx, .. extra];
        try
        {
            return _factory is ConstructorInfo constructor ? constructor.Invoke(arguments) : _factory.Invoke(null, arguments)!;
        }
        catch (TargetInvocationException error) when (error.InnerException?.IsMarked() == true)
        {
            throw Contracts.Except(error, $"{Declaration.LoaderType.Name} could not be loaded");
        }
    }

    private static bool Fits(Type made, Type declared) => made.IsAssignableTo(declared) || declared.IsAssignableTo(made);
}
