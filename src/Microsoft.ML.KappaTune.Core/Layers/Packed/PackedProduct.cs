namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// The product with a <see cref="PackedWeight"/>. Autograd would keep the weight's values until the backward pass, those of all layers at
/// once; this keeps none, and makes them again for the gradient of the input. Of the weight itself there is no gradient.
/// </summary>
internal sealed class PackedProduct : autograd.SingleTensorFunction<PackedProduct>
{
    private const string FactorKey = "factor", LearnsKey = "learns";

    public override string Name => nameof(PackedProduct);

    /// <summary>x·Wᵀ + b, or x·W + b where the weight is transposed; without b where there is none.</summary>
    public static Tensor Of(Tensor input, PackedWeight weight, bool isTransposed, Tensor? bias) =>
        Of(input, new Factor(weight, isTransposed), bias);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        // Tensors first: gradients are given to them by their places, whatever is between.
        var (input, bias, factor) = ((Tensor)vars[0], vars[1] as Tensor, (Factor)vars[2]);
        ctx.save_data(FactorKey, factor);
        ctx.save_data(LearnsKey, (OfInput: input.requires_grad, OfBias: bias?.requires_grad == true));
        return factor.Product(input, bias);
    }

    /// <returns>The gradients of the input, of the bias and of what isn't a tensor; null for none.</returns>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var factor = (Factor)ctx.get_data(FactorKey);
        var (ofInput, ofBias) = ((bool OfInput, bool OfBias))ctx.get_data(LearnsKey);
        using Tensor gradient = grad_output;
        List<Tensor> gradients =
            [ofInput ? Of(gradient, factor.TheOtherWay(), bias: null) : null!, ofBias ? gradient.sum(0L) : null!, null!];
        factor.Weight.Workspace.Keep(gradients);
        return gradients;
    }

    private static Tensor Of(Tensor input, Factor factor, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        bool learns = is_grad_enabled() && (input.requires_grad || bias?.requires_grad == true);
        // As one matrix: what comes out of more dimensions is a view, which autograd wouldn't let others change after a function like this.
        Tensor rows = input.Dimensions == 2 ? input : input.flatten(0, -2);
        Tensor product = learns ? apply(rows, bias!, factor) : factor.Product(rows, bias);
        return product.view([.. input.shape[..^1], product.shape[^1]]).MoveToOuterDisposeScope();
    }

    /// <summary>What the input is multiplied by.</summary>
    private sealed record Factor(PackedWeight Weight, bool IsTransposed)
    {
        public Tensor Product(Tensor input, Tensor? bias) => Weight.Use(input.dtype, values =>
        {
            using Tensor? turned = IsTransposed ? values.t() : null;
            return nn.functional.linear(input, turned ?? values, bias);
        });

        /// <summary>What the gradient of the product is multiplied by, for that of the input.</summary>
        public Factor TheOtherWay() => this with { IsTransposed = !IsTransposed };
    }
}
