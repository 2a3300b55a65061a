namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// The product with a <see cref="PackedWeight"/>. Autograd would keep the weight's values until the backward pass, those of all layers at
/// once; this keeps none, and makes them again for the gradient of the input. Of the weight itself there is no gradient.
/// </summary>
internal sealed class PackedProduct : autograd.SingleTensorFunction<PackedProduct>
{
    private const string WeightKey = "weight", LearnsKey = "learns";

    // The tensor library reads a gradient after the call that gives it; the next call on the thread frees it, and the last one the caller's
    // scope. Otherwise those of all layers would be in memory until the end of the pass.
    [ThreadStatic] private static Tensor? _last;

    public override string Name => nameof(PackedProduct);

    /// <summary>x·Wᵀ + b, or x·W + b where the weight is transposed; without b where there is none.</summary>
    public static Tensor Of(Tensor input, PackedWeight weight, bool isTransposed, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var factor = new Factor(weight, isTransposed);
        bool learns = is_grad_enabled() && (input.requires_grad || bias?.requires_grad == true);
        // As one matrix: what comes out of more dimensions is a view, which autograd wouldn't let others change after a function like this.
        Tensor rows = input.Dimensions == 2 ? input : input.flatten(0, -2);
        Tensor product = learns ? apply(rows, bias!, factor) : factor.Product(rows, bias);
        return product.view([.. input.shape[..^1], product.shape[^1]]).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        // Tensors first: gradients are given to them by their places, whatever is between.
        var (input, bias, factor) = ((Tensor)vars[0], vars[1] as Tensor, (Factor)vars[2]);
        ctx.save_data(WeightKey, factor);
        ctx.save_data(LearnsKey, (OfInput: input.requires_grad, OfBias: bias?.requires_grad == true));
        return factor.Product(input, bias);
    }

    /// <returns>The gradients of the input, of the bias and of what isn't a tensor; null for none.</returns>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var factor = (Factor)ctx.get_data(WeightKey);
        var (ofInput, ofBias) = ((bool OfInput, bool OfBias))ctx.get_data(LearnsKey);
        _last?.Dispose();
        using Tensor gradient = grad_output;
        _last = ofInput ? factor.Gradient(gradient) : null;
        return [_last!, ofBias ? gradient.sum(0L) : null!, null!];
    }

    /// <summary>What the input is multiplied by.</summary>
    private sealed record Factor(PackedWeight Weight, bool IsTransposed)
    {
        public Tensor Product(Tensor input, Tensor? bias)
        {
            using Tensor values = Weight.Values(input.dtype);
            if (!IsTransposed)
                return nn.functional.linear(input, values, bias);
            using Tensor turned = values.t();
            return nn.functional.linear(input, turned, bias);
        }

        /// <summary>The gradient of the input by that of the product.</summary>
        public Tensor Gradient(Tensor ofProduct)
        {
            using Tensor values = Weight.Values(ofProduct.dtype);
            if (IsTransposed)
                return nn.functional.linear(ofProduct, values);
            using Tensor turned = values.t();
            return nn.functional.linear(ofProduct, turned);
        }
    }
}
